package io.velocitydb.engine.commit;

/**
 * What was applied until now, published or not, as the thread that applies sees it. Never waits for
 * a disk.
 */
@FunctionalInterface
public interface PresentState {
  /**
   * Looks up the newest entry of a key.
   *
   * @param request the request that asks; what was read ahead for it may be used
   * @param operation position of the asking operation in its batch
   * @return false if the answer needs a file that must be read first
   */
  boolean lookup(CommitRequest request, int operation, long keyAddress, int keyLength, Lookup into);
}
