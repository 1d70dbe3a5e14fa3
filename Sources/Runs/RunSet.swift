internal import Bytes
internal import Files

/// The runs of one computation, in files of a directory that nobody else uses, or in memory where they are small.
///
/// So many runs that they cannot be read at once are merged into fewer first.
package struct RunSet<Folding: RunFolding>: Sendable {
  /// How many runs are read at once.
  package static var defaultFanIn: Int { 64 }

  /// A run that was written.
  package enum Run: Sendable {
    case file(path: String)
    case memory([UInt8])

    fileprivate func reader() throws -> RunReader {
      switch self {
      case .file(let path): RunReader(try FileSource(path: path))
      case .memory(let bytes): RunReader(MemoryBytes(bytes))
      }
    }
  }

  private let directory: String
  private let prefix: String
  private let fanIn: Int
  private var runs: [Run] = []
  private var runCount = 0

  /// - Parameters:
  ///   - directory: Where files go.
  ///   - prefix: What their names begin with, so that several sets can share a directory.
  ///   - fanIn: How many runs are read at once.
  package init(directory: String, prefix: String, fanIn: Int = defaultFanIn) {
    self.directory = directory
    self.prefix = prefix
    self.fanIn = max(2, fanIn)
  }

  /// How many runs there are.
  package var count: Int { runs.count }

  /// Writes a run into memory or into a file, which is not part of the set yet.
  ///
  /// - Throws: ``FileFailure``, or what `body` throws.
  package mutating func write(
    inMemory: Bool = false,
    _ body: (inout RunWriter) throws -> Void
  ) throws -> Run {
    if inMemory {
      let bytes = MemoryBytes()
      try Self.write(to: bytes, body)
      return .memory(bytes.bytes)
    }
    try FileSystem.makeDirectory(directory)
    runCount += 1
    let path = "\(directory)/\(prefix)-\(runCount).run"
    let sink = try FileSink(path: path)
    try Self.write(to: sink, body)
    try sink.closeTemporary()
    return .file(path: path)
  }

  private static func write(
    to sink: any ByteSink,
    _ body: (inout RunWriter) throws -> Void
  ) throws {
    var writer = RunWriter(to: sink)
    try body(&writer)
    try writer.finish()
  }

  /// Makes a run part of the set.
  package mutating func add(_ run: Run) { runs.append(run) }

  /// Makes the runs of another set part of this one.
  package mutating func add(contentsOf other: RunSet) { runs += other.runs }

  /// Removes a run that did not become part of the set.
  package func discard(_ run: Run) throws {
    if case .file(let path) = run { try FileSystem.remove(path) }
  }

  /// All records, merged.
  ///
  /// - Throws: ``FileFailure`` or ``DamagedRun``.
  package mutating func merge() throws -> RunMerge<Folding> {
    while runs.count > fanIn {
      let group = Array(runs.prefix(fanIn))
      runs.removeFirst(group.count)
      let merged = try write { writer in
        var merge = try Self.merge(group)
        while try merge.advance() {
          try writer.append(key: merge.key.span, value: merge.value.span, as: merge.form)
        }
      }
      for run in group { try discard(run) }
      runs.append(merged)
    }
    return try Self.merge(runs)
  }

  private static func merge(_ runs: [Run]) throws -> RunMerge<Folding> {
    try RunMerge(runs.map { try $0.reader() }, folding: Folding.self)
  }
}
