package io.velocitydb.engine.vfs;

/** An open file that is only read, by calls; whatever changes or maps it is refused. */
abstract class ReadOnlyFile implements VfsFile {
  private static UnsupportedOperationException refusal() {
    return new UnsupportedOperationException("opened for reading by calls");
  }

  @Override
  public final void write(long position, long address, int length) {
    throw refusal();
  }

  @Override
  public final void writeAndSync(long position, long address, int length) {
    throw refusal();
  }

  @Override
  public final Mapping map(long position, long length) {
    throw refusal();
  }

  @Override
  public final void sync() {
    throw refusal();
  }

  @Override
  public final void truncate(long length) {
    throw refusal();
  }
}
