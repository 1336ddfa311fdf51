package io.velocitydb.engine.faults;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.vfs.CannotLinkException;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.FileLockedException;
import io.velocitydb.engine.vfs.Mapping;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory whose machine can lose power.
 *
 * <p>Synced contents and names survive. Of everything else a power loss keeps or drops, each for
 * itself and by seed: every 512-byte sector (in any version that it had since the last sync), every
 * change of a length, every name made, renamed or removed. Names of one file share its contents. A
 * rename is one change, whole or not at all. Syncing a file does not make its name durable.
 *
 * <p>What is put into a mapping is in the file when {@link Mapping#touched} tells so; what was put
 * and not told is there or not, by seed, after the process or the machine has died.
 *
 * <p>Thread-safe; deterministic when used by one thread.
 */
public final class SimVfs implements Vfs {
  private final Random random;
  private final SimDirectory root = new SimDirectory();
  private final List<NameChange> unsyncedNames = new ArrayList<>();
  private final Set<Path> locks = new HashSet<>();
  private final Set<Handle> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<SimMapping> mapped = Collections.newSetFromMap(new IdentityHashMap<>());
  private long capacity = Long.MAX_VALUE;
  private Runnable onChange = () -> {};
  private long changes;
  private long powerOffAtChange = Long.MAX_VALUE;
  private boolean off;
  private boolean untold;
  private boolean refusesMappings;
  private boolean linksRefused;
  private int life;
  private final int mostOpenFiles;
  private volatile long fileCacheRoom;
  private boolean refusesDirectReads;

  /** An empty file system; {@code seed} decides what power losses and failed syncs leave. */
  public SimVfs(long seed) {
    this.random = new Random(seed);
    this.mostOpenFiles = 2 << Math.floorMod(seed, 8);
    this.fileCacheRoom = Math.floorMod(seed, 3) == 0 ? Long.MAX_VALUE : 0;
    this.refusesDirectReads = Math.floorMod(seed, 7) == 0;
  }

  // ---------------------------------------------------------------- names

  private record Assignment(SimDirectory directory, String name, @Nullable SimNode node) {}

  /** Names that change together; {@code directory} is the one whose sync makes it durable. */
  private record NameChange(SimDirectory directory, List<Assignment> assignments) {
    boolean assigns(Assignment other) {
      return assignments.stream()
          .anyMatch(a -> a.directory == other.directory && a.name.equals(other.name));
    }
  }

  private record Place(SimDirectory directory, String name) {
    @Nullable SimNode node() {
      return directory.cached.get(name);
    }
  }

  private Place place(Path path) throws IOException {
    Path normal = path.toAbsolutePath().normalize();
    Path parent = normal.getParent();
    if (parent == null) {
      throw new IOException(path + " is the root");
    }
    return new Place(directory(parent), normal.getFileName().toString());
  }

  private SimDirectory directory(Path path) throws IOException {
    SimDirectory at = root;
    for (Path name : path.toAbsolutePath().normalize()) {
      SimNode next = at.cached.get(name.toString());
      if (next == null) {
        throw new NoSuchFileException(path.toString());
      }
      if (!(next instanceof SimDirectory directory)) {
        throw new NotDirectoryException(path.toString());
      }
      at = directory;
    }
    return at;
  }

  private SimInode inode(Path path) throws IOException {
    return switch (place(path).node()) {
      case SimInode file -> file;
      case SimDirectory directory -> throw new IOException(path + " is a directory");
      case null -> throw new NoSuchFileException(path.toString());
    };
  }

  private void change(SimDirectory synced, Assignment... assignments) {
    for (Assignment a : assignments) {
      if (a.node == null) {
        a.directory.cached.remove(a.name);
      } else {
        a.directory.cached.put(a.name, a.node);
      }
    }
    unsyncedNames.add(new NameChange(synced, new ArrayList<>(List.of(assignments))));
  }

  private static void makeDurable(NameChange change) {
    for (Assignment a : change.assignments) {
      if (a.node == null) {
        a.directory.durable.remove(a.name);
      } else {
        a.directory.durable.put(a.name, a.node);
      }
    }
  }

  private void syncNames(SimDirectory directory) {
    List<NameChange> earlier = new ArrayList<>();
    for (NameChange change : unsyncedNames) {
      if (change.directory != directory) {
        earlier.add(change);
        continue;
      }
      makeDurable(change);
      // Earlier changes of the same names are history and must not come back on top.
      for (NameChange old : earlier) {
        old.assignments.removeIf(change::assigns);
      }
    }
    unsyncedNames.clear();
    unsyncedNames.addAll(earlier);
  }

  // ---------------------------------------------------------------- power

  /** Fortune of one power loss. */
  record Luck(Random random, int keepPercent, boolean lastOnly, boolean garbage) {
    static Luck of(Random random) {
      int keep =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 100;
            default -> random.nextInt(101);
          };
      return new Luck(random, keep, random.nextBoolean(), random.nextInt(4) == 0);
    }

    boolean keep() {
      return random.nextInt(100) < keepPercent;
    }

    /** 0 for what is on the disk, else one of the later versions, the last being the newest. */
    int pick(int versions) {
      if (versions == 1 || !keep()) {
        return 0;
      }
      return lastOnly ? versions - 1 : 1 + random.nextInt(versions - 1);
    }
  }

  /**
   * Loses power and comes back: what was not synced is kept or lost by seed, what is open or locked
   * no longer is.
   */
  public synchronized void powerLoss() {
    endLife();
    Luck luck = Luck.of(random);
    for (NameChange change : unsyncedNames) {
      if (luck.keep()) {
        makeDurable(change);
      }
    }
    unsyncedNames.clear();
    settle(root, luck, Collections.newSetFromMap(new IdentityHashMap<>()));
    off = false;
    powerOffAtChange = Long.MAX_VALUE;
  }

  private void settle(SimDirectory directory, Luck luck, Set<SimNode> seen) {
    directory.cached.clear();
    directory.cached.putAll(directory.durable);
    for (SimNode node : directory.durable.values()) {
      if (seen.add(node)) {
        switch (node) {
          case SimInode file -> file.powerLoss(luck);
          case SimDirectory below -> settle(below, luck, seen);
        }
      }
    }
  }

  /**
   * The process dies, the machine goes on: what was written stays, synced or not, and is still
   * unsynced; what is open or locked no longer is.
   */
  public synchronized void kill() {
    endLife();
    off = false;
    powerOffAtChange = Long.MAX_VALUE;
  }

  private void endLife() {
    life++;
    mapped.forEach(SimMapping::die);
    mapped.clear();
    open.clear();
    locks.clear();
  }

  /**
   * The n-th change from now (write, sync, length, name) fails, perhaps done in part, and so does
   * everything after it, until {@link #powerLoss()} or {@link #kill()}.
   */
  public synchronized void powerOffAfter(long n) {
    powerOffAtChange = changes + n;
  }

  /** The power goes off now. */
  public synchronized void powerOff() {
    off = true;
  }

  /** Whether the power is off. */
  public synchronized boolean isOff() {
    return off;
  }

  /** Looks at the disk before each change, in place of the one who looked before. */
  public synchronized void onChange(Runnable look) {
    onChange = look;
  }

  /** Changes made so far: writes, syncs, lengths, names. */
  public synchronized long changes() {
    return changes;
  }

  private void needPower() throws IOException {
    if (off) {
      throw new IOException("the power is off");
    }
  }

  /** True when the power goes off right now. */
  private boolean changing() throws IOException {
    needPower();
    onChange.run();
    changes++;
    if (changes >= powerOffAtChange) {
      off = true;
    }
    return off;
  }

  private void orPowerOff() throws IOException {
    if (changing()) {
      throw new IOException("the power goes off");
    }
  }

  // ---------------------------------------------------------------- for tests

  /** Limits the bytes of all files; writes beyond it fail with {@link DiskFullException}. */
  public synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** From now on no file is mapped, as on systems that cannot. */
  public synchronized void refuseMappings() {
    refusesMappings = true;
  }

  /** Whether files are not opened for direct reads from now on; at first, by the seed. */
  public synchronized void refuseDirectReads(boolean refused) {
    refusesDirectReads = refused;
  }

  /**
   * Memory that is said to be there for contents of files; at first all or nothing, by the seed.
   */
  public void setFileCacheRoom(long bytes) {
    fileCacheRoom = bytes;
  }

  /** Whether links fail from now on, as between two file systems. */
  public synchronized void refuseLinks(boolean refused) {
    linksRefused = refused;
  }

  /** Bytes that files occupy, in blocks of 4 KiB. */
  public synchronized long usedBytes() {
    Set<SimInode> files = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(root, files);
    for (Handle handle : open) {
      files.add(handle.inode);
    }
    long sum = 0;
    for (SimInode file : files) {
      sum += file.allocatedBytes();
    }
    return sum;
  }

  private static void collect(SimDirectory directory, Set<SimInode> into) {
    for (SimNode node : directory.cached.values()) {
      switch (node) {
        case SimInode file -> into.add(file);
        case SimDirectory below -> collect(below, into);
      }
    }
  }

  /** Names of the files that are open now, sorted, and of locks that are held. */
  public synchronized List<String> openFiles() {
    List<String> names = new ArrayList<>();
    open.forEach(handle -> names.add(handle.path.toString()));
    mapped.forEach(mapping -> names.add(mapping.handle.path + " (mapped)"));
    locks.forEach(path -> names.add(path + " (lock)"));
    Collections.sort(names);
    return names;
  }

  /** Names of the files that are open for direct reads now, sorted. */
  public synchronized List<String> openDirectly() {
    return open.stream()
        .filter(handle -> handle.mode == Mode.READ_DIRECT)
        .map(handle -> handle.path.toString())
        .sorted()
        .toList();
  }

  /** Whether a mapping was given back with bytes in it that nobody had told of. */
  public synchronized boolean untoldBytes() {
    return untold;
  }

  /** All files, sorted by path. */
  public synchronized List<Path> files() {
    TreeSet<Path> paths = new TreeSet<>();
    walk(Path.of("/"), root, paths);
    return List.copyOf(paths);
  }

  private static void walk(Path path, SimDirectory directory, Set<Path> into) {
    for (Map.Entry<String, SimNode> entry : directory.cached.entrySet()) {
      Path name = path.resolve(entry.getKey());
      switch (entry.getValue()) {
        case SimInode file -> into.add(name);
        case SimDirectory below -> walk(name, below, into);
      }
    }
  }

  /** What a process would read of a file. */
  public synchronized byte[] contents(Path path) throws IOException {
    return inode(path).contents();
  }

  /** Replaces a file's contents durably, as damage does; creates it where missing. */
  public synchronized void setContents(Path path, byte[] bytes) throws IOException {
    Place place = place(path);
    SimInode file;
    if (place.node() == null) {
      file = new SimInode();
      place.directory.cached.put(place.name, file);
      place.directory.durable.put(place.name, file);
    } else {
      file = inode(path);
    }
    file.settle(bytes.clone());
  }

  /** A file system of its own with the same files, all of them durable. */
  public synchronized SimVfs copy(long seed) {
    SimVfs copy = new SimVfs(seed);
    copy(root, copy.root, new IdentityHashMap<>());
    return copy;
  }

  private static void copy(SimDirectory from, SimDirectory to, Map<SimInode, SimInode> done) {
    for (Map.Entry<String, SimNode> entry : from.cached.entrySet()) {
      SimNode node =
          switch (entry.getValue()) {
            case SimInode file ->
                done.computeIfAbsent(
                    file,
                    f -> {
                      SimInode same = new SimInode();
                      same.settle(f.contents());
                      return same;
                    });
            case SimDirectory below -> {
              SimDirectory same = new SimDirectory();
              copy(below, same, done);
              yield same;
            }
          };
      to.cached.put(entry.getKey(), node);
      to.durable.put(entry.getKey(), node);
    }
  }

  // ---------------------------------------------------------------- Vfs

  @Override
  public synchronized VfsFile open(Path path, Mode mode) throws IOException {
    needPower();
    Place place = place(path);
    SimInode file;
    if (mode == Mode.CREATE) {
      if (place.node() != null) {
        throw new FileAlreadyExistsException(path.toString());
      }
      orPowerOff();
      file = new SimInode();
      change(place.directory, new Assignment(place.directory, place.name, file));
    } else {
      file = inode(path);
    }
    if (mode == Mode.READ_DIRECT && refusesDirectReads) {
      throw new UnsupportedOperationException("no direct reads of " + path);
    }
    Handle handle = new Handle(path, file, mode);
    open.add(handle);
    return handle;
  }

  @Override
  public synchronized boolean exists(Path path) throws IOException {
    needPower();
    try {
      return place(path).node() != null;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    needPower();
    return List.copyOf(directory(directory).cached.keySet());
  }

  @Override
  public synchronized void createDirectories(Path path) throws IOException {
    orPowerOff();
    SimDirectory at = root;
    for (Path name : path.toAbsolutePath().normalize()) {
      SimNode next = at.cached.get(name.toString());
      if (next == null) {
        next = new SimDirectory();
        change(at, new Assignment(at, name.toString(), next));
      }
      if (!(next instanceof SimDirectory directory)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      syncNames(at);
      at = directory;
    }
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    needPower();
    Place source = place(from);
    Place target = place(to);
    SimNode node = source.node();
    if (node == null) {
      throw new NoSuchFileException(from.toString());
    }
    if (target.node() instanceof SimDirectory directory && !directory.cached.isEmpty()) {
      throw new DirectoryNotEmptyException(to.toString());
    }
    orPowerOff();
    change(
        target.directory,
        new Assignment(source.directory, source.name, null),
        new Assignment(target.directory, target.name, node));
  }

  @Override
  public synchronized void link(Path existing, Path added) throws IOException {
    needPower();
    SimInode file = inode(existing);
    if (linksRefused) {
      throw new CannotLinkException(added + " lies on another file system than " + existing);
    }
    Place target = place(added);
    if (target.node() != null) {
      throw new FileAlreadyExistsException(added.toString());
    }
    orPowerOff();
    change(target.directory, new Assignment(target.directory, target.name, file));
  }

  @Override
  public synchronized boolean shared(Path path) throws IOException {
    needPower();
    return names(root, inode(path)) > 1;
  }

  private static int names(SimDirectory directory, SimInode file) {
    int count = 0;
    for (SimNode node : directory.cached.values()) {
      count +=
          switch (node) {
            case SimInode other -> other == file ? 1 : 0;
            case SimDirectory below -> names(below, file);
          };
    }
    return count;
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    needPower();
    Place place = place(path);
    SimNode node = place.node();
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    if (node instanceof SimDirectory directory && !directory.cached.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    orPowerOff();
    change(place.directory, new Assignment(place.directory, place.name, null));
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    needPower();
    SimDirectory node = directory(directory);
    orPowerOff();
    syncNames(node);
  }

  /** From 2 to 256, by the seed: with few, tables must be closed for each other. */
  @Override
  public int mostOpenFiles() {
    return mostOpenFiles;
  }

  @Override
  public long fileCacheRoom() {
    return fileCacheRoom;
  }

  @Override
  public synchronized long size(Path path) throws IOException {
    needPower();
    return inode(path).length();
  }

  @Override
  public synchronized long usableSpace(Path directory) throws IOException {
    needPower();
    return capacity == Long.MAX_VALUE ? 1L << 40 : Math.max(0, capacity - usedBytes());
  }

  @Override
  public String fileSystem(Path directory) {
    return "ext4 simulated";
  }

  @Override
  public synchronized AutoCloseable lock(Path path) throws IOException {
    needPower();
    Path name = path.toAbsolutePath().normalize();
    Place place = place(path);
    if (!locks.add(name)) {
      throw new FileLockedException(path);
    }
    if (place.node() == null) {
      change(place.directory, new Assignment(place.directory, place.name, new SimInode()));
    }
    int lockedIn = life;
    Iterator<Boolean> once = List.of(true).iterator();
    return () -> {
      synchronized (this) {
        if (lockedIn == life && once.hasNext()) {
          once.next();
          locks.remove(name);
        }
      }
    };
  }

  /** An open file; dead when the process or machine that opened it is. */
  private final class Handle implements VfsFile, LosesWrites {
    private final Path path;
    private final SimInode inode;
    private final Mode mode;
    private final int openedIn = life;
    private boolean closed;

    Handle(Path path, SimInode inode, Mode mode) {
      this.path = path;
      this.inode = inode;
      this.mode = mode;
    }

    private void needOpen() throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (openedIn != life) {
        throw new IOException(path + " was opened by a process that is dead");
      }
      needPower();
    }

    private void needWritable() throws IOException {
      needOpen();
      if (mode == Mode.READ || mode == Mode.READ_DIRECT) {
        throw new IOException(path + " is open for reading only");
      }
    }

    @Override
    public int read(long position, long address, int length) throws IOException {
      synchronized (SimVfs.this) {
        needOpen();
        if (mode == Mode.READ_DIRECT && ((position | address | length) & (DIRECT_UNIT - 1)) != 0) {
          throw new IOException(
              "a direct read of " + length + " bytes at " + position + " to " + address);
        }
        byte[] bytes = new byte[length];
        int n = inode.read(position, bytes, length);
        Memory.copy(bytes, 0, address, n);
        return n;
      }
    }

    @Override
    public void write(long position, long address, int length) throws IOException {
      byte[] bytes = Memory.bytes(address, length);
      synchronized (SimVfs.this) {
        needWritable();
        if (changing()) {
          write(position, bytes, random.nextInt(length + 1));
          throw new IOException("the power goes off while " + path + " is written");
        }
        if (capacity != Long.MAX_VALUE) {
          int fits = inode.fitting(position, length, capacity - usedBytes());
          if (fits < length) {
            write(position, bytes, fits);
            throw new DiskFullException("cannot write to " + path + ": no space left");
          }
        }
        write(position, bytes, length);
      }
    }

    private void write(long position, byte[] bytes, int length) {
      inode.write(position, bytes, length);
      for (SimMapping mapping : mapped) {
        if (mapping.handle.inode == inode) {
          mapping.see(position, bytes, length);
        }
      }
    }

    @Override
    public void writeAndSync(long position, long address, int length) throws IOException {
      write(position, address, length);
      sync();
    }

    @Override
    public Mapping map(long position, long length) throws IOException {
      synchronized (SimVfs.this) {
        needWritable();
        if (refusesMappings) {
          throw new UnsupportedOperationException("no mappings here");
        }
        return new SimMapping(this, Math.toIntExact(position), Math.toIntExact(length));
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimVfs.this) {
        needOpen();
        orPowerOff();
        inode.sync();
      }
    }

    @Override
    public void failSync() {
      synchronized (SimVfs.this) {
        inode.failSync(random);
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (SimVfs.this) {
        needOpen();
        return inode.length();
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (SimVfs.this) {
        needWritable();
        orPowerOff();
        inode.truncate(length);
      }
    }

    @Override
    public void close() {
      synchronized (SimVfs.this) {
        closed = true;
        open.remove(this);
      }
    }
  }

  /** Memory that is a part of a file. It stays valid memory after it was given back. */
  private final class SimMapping implements Mapping {
    private static final byte GIVEN_BACK = (byte) 0xDD;

    private final Handle handle;
    private final int position;
    private final int length;
    private final MemorySegment memory;

    SimMapping(Handle handle, int position, int length) {
      this.handle = handle;
      this.position = position;
      this.length = length;
      this.memory = Arena.ofAuto().allocate(length);
      byte[] now = new byte[length];
      handle.inode.read(position, now, length);
      MemorySegment.copy(now, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
      mapped.add(this);
    }

    @Override
    public long address() {
      return memory.address();
    }

    /** Another call has written. */
    void see(long at, byte[] bytes, int count) {
      int from = (int) Math.max(at, position);
      int to = (int) Math.min(at + count, (long) position + length);
      if (from < to) {
        MemorySegment.copy(
            bytes, (int) (from - at), memory, ValueLayout.JAVA_BYTE, from - position, to - from);
      }
    }

    @Override
    public void touched(long offset, long count) throws IOException {
      synchronized (SimVfs.this) {
        handle.needOpen();
        int at = position + Math.toIntExact(offset);
        if (offset < 0 || offset + count > length || !handle.inode.has(at, (int) count)) {
          throw new InternalError(
              "SIGBUS: %d bytes at %d of %s are not there".formatted(count, at, handle.path));
        }
        if (changing()) {
          throw new IOException("the power goes off while " + handle.path + " is written");
        }
        handle.inode.write(at, bytes((int) offset, (int) count), (int) count);
      }
    }

    private byte[] bytes(int offset, int count) {
      byte[] bytes = new byte[count];
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, count);
      return bytes;
    }

    /** The process ends: what it had put in is there, or it never came to put it. */
    void die() {
      byte[] file = new byte[length];
      int there = handle.inode.read(position, file, length);
      for (int at = 0; at < there; at += SimInode.SECTOR_BYTES) {
        int count = Math.min(SimInode.SECTOR_BYTES, there - at);
        byte[] put = bytes(at, count);
        if (!Arrays.equals(put, 0, count, file, at, at + count) && random.nextBoolean()) {
          handle.inode.write(position + at, put, count);
        }
      }
    }

    @Override
    public void close() {
      synchronized (SimVfs.this) {
        if (mapped.remove(this) && !off) {
          byte[] file = new byte[length];
          handle.inode.read(position, file, length);
          // An operation that failed may have put bytes and not come to tell.
          untold |= !Arrays.equals(file, bytes(0, length));
        }
        memory.fill(GIVEN_BACK);
      }
    }
  }
}
