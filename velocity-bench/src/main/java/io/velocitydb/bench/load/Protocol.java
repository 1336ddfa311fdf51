package io.velocitydb.bench.load;

/** What the generator speaks. */
public enum Protocol {
  /** Frames of version 2.4. */
  VPROTO,
  /** RESP2, as Redis does. */
  RESP
}
