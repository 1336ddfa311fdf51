package io.velocitydb.bench.server;

import io.velocitydb.bench.load.Protocol;
import io.velocitydb.bench.process.ChildJvm;
import io.velocitydb.config.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A {@link io.velocitydb.bench.responder.Responder} in a JVM of its own. */
public final class ResponderProcess implements ProcessUnderTest {
  private static final String HEAP = "128m";

  private final ChildProcess process;
  private final HostPort address;

  private ResponderProcess(ChildProcess process, HostPort address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it and waits until it listens. */
  public static ResponderProcess start(Protocol protocol, boolean tls, int valueBytes)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "responder-step",
                "--protocol",
                protocol.name(),
                "--value-bytes",
                Integer.toString(valueBytes)));
    if (tls) {
      arguments.add("--tls");
    }
    Process started =
        new ProcessBuilder(ChildJvm.command(ChildJvm.options(HEAP), arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ChildProcess process = new ChildProcess(started);
    BufferedReader said =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String line = said.readLine();
    if (line == null) {
      process.stop();
      throw new IOException("the responder did not start");
    }
    return new ResponderProcess(process, HostPort.parse(line));
  }

  /** Where it listens. */
  public HostPort address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public Duration processorTime() {
    return process.processorTime();
  }

  @Override
  public long residentBytes() throws IOException {
    return process.residentBytes();
  }

  /** Not asked: it stands for no server. */
  @Override
  public OptionalLong allocatedBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    process.stop();
  }
}
