package io.velocitydb.bench.engine.workload;

/** How keys are drawn. */
public enum KeyDistribution {
  /** Every key as often as any other. */
  UNIFORM,
  /** As UNIFORM, but keys that lie between those that exist. */
  MISSING,
  /** Uniformly among {@value KeyChoice#HOT_KEYS} keys that are spread over all. */
  HOT,
  /** By Zipf's law with exponent 0.99, the popular ones spread over all. */
  ZIPFIAN,
  /** By Zipf's law, the newest the most popular. */
  LATEST
}
