package io.velocitydb.bench.server;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Reads what the threads of another JVM of this user have allocated on its heap: exact, all threads
 * together, those that ended included. Reading allocates some ten kilobytes there itself.
 */
final class HeapMeter implements AutoCloseable {
  private static final String THREADS = "java.lang:type=Threading";
  private static final String ALLOCATED = "TotalThreadAllocatedBytes";

  private final JMXConnector connector;

  private HeapMeter(JMXConnector connector) {
    this.connector = connector;
  }

  /** Attaches to a process on this machine. */
  @SuppressWarnings(
      "BanJNDI") // the address comes from our own child, not from a name that is looked up
  static HeapMeter attach(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return new HeapMeter(
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("process " + pid + " lets nobody look at its heap", e);
    }
  }

  /** Bytes since the start of that JVM. */
  long allocatedBytes() throws IOException {
    try {
      return (Long)
          connector.getMBeanServerConnection().getAttribute(new ObjectName(THREADS), ALLOCATED);
    } catch (JMException e) {
      throw new IOException("that JVM does not count what its threads allocate", e);
    }
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
