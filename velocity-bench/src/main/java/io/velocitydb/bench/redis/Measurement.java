package io.velocitydb.bench.redis;

/**
 * What one measurement of one server found. What is not known is NaN.
 *
 * @param full as fast as it went; latency from when a request was sent
 * @param half at half of that rate; latency from when a request was due
 * @param errors error replies
 * @param misses reads of a key that was not there
 * @param cpuSecondsPerMillion processor time of the server for a million operations, at full load
 * @param heapBytesPerOperation what all threads of the server allocated on the heap meanwhile,
 *     those of the background included
 * @param residentBytes of the server, at its end
 */
record Measurement(
    Latency full,
    Latency half,
    long errors,
    long misses,
    double cpuSecondsPerMillion,
    double heapBytesPerOperation,
    long residentBytes) {
  double rate() {
    return full.perSecond();
  }
}
