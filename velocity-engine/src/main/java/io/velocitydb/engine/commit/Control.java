package io.velocitydb.engine.commit;

/**
 * An action between the requests before and those after it. Of the applying thread; must neither
 * wait nor throw.
 */
public interface Control {
  /**
   * Acts.
   *
   * @return whether it has ended. Otherwise everything behind it waits, and it is asked again after
   *     {@link CommitPipeline#resume()}; where nothing is written any more, it is asked once.
   */
  boolean run();

  /** The last sequence that it has used; 0 if it has used none. Asked once it has ended. */
  default long lastSequence() {
    return 0;
  }
}
