internal import Archives
internal import Bytes
internal import Files
internal import Foundation
internal import Lake
internal import Runs
internal import Tables

/// What is gathered of one identity from its facts; see ``FactStore``.
protocol FactHistory {
  /// Forgets all, and begins with an identity.
  mutating func begin(_ environment: Int64?, _ identity: [UInt8])

  /// Adds facts of the identity at hand, one after another as they were written.
  ///
  /// - Throws: ``DamagedRun``.
  mutating func add(_ facts: Span<UInt8>) throws
}

/// Facts of identities in sorted runs, so that all of each come together, whatever partition or file they are from.
///
/// Each run was made of inputs that are named by their digests. In a directory that is kept, a run is used again as long as its
/// inputs are what they were, and only others are read: a night reads what is new. Without the directory all is read again, and
/// the facts are the same.
struct FactStore {
  private static let currentFormat = 1
  /// How many runs are read at once; of more some are merged first.
  private static let greatestRunCount = 64
  private static let indexName = "index.json"

  /// A file whose rows are facts.
  struct Input {
    /// What tells it from all others, its bytes included.
    let name: String
    /// Whether it is not expected to change any more.
    let isSettled: Bool
  }

  private struct Run: Codable {
    let name: String
    let inputs: [String]
    let isSettled: Bool
  }

  /// The digest of a file that was as its version says.
  private struct Known: Codable {
    let version: String
    let digest: String
  }

  private struct Index: Codable {
    var format = FactStore.currentFormat
    /// What facts are taken, and how.
    let plan: String
    var runs: [Run] = []
    /// How many runs there ever were.
    var runCount = 0
    var terms: [String] = []
    /// What was said of inputs, by their names.
    var notes: [String: String] = [:]
    /// By their paths.
    var files: [String: Known] = [:]
    /// The digest of all else.
    private var digest: String?

    init(plan: String) { self.plan = plan }

    /// The index with its digest.
    var sealed: Index {
      var index = self
      index.digest = nil
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let bytes = (try? encoder.encode(index)) ?? Data()
      index.digest = Digest256(hashing: bytes.span).hexadecimal
      return index
    }

    /// Whether it is what was written.
    var isSound: Bool { digest != nil && digest == sealed.digest }
  }

  /// What stands for one identity in one run after what does in another.
  private enum Concatenation: RunFolding {
    static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) { value += other }
  }

  private let directory: String
  private var index: Index
  /// The numbers of the terms, which are told apart by their bytes.
  private var numbers: [ByteText: Int] = [:]

  /// Opens what is kept in a directory; what was gathered by another plan, or is not whole, is forgotten.
  ///
  /// - Parameters:
  ///   - directory: Where runs are, and go.
  ///   - plan: What facts are taken, and how.
  /// - Throws: ``FileFailure``.
  init(directory: String, plan: String) throws {
    self.directory = directory
    let digest = Digest256(hashing: Array(plan.utf8).span).hexadecimal
    let known = try? JSONFile.read(Index.self, "\(directory)/\(Self.indexName)")
    if let known, known.isSound, known.format == Self.currentFormat, known.plan == digest,
      known.runs.allSatisfy({ FileSystem.isRegularFile("\(directory)/\($0.name)") })
    {
      index = known
    } else {
      try FileSystem.remove(directory)
      index = Index(plan: digest)
    }
    try FileSystem.makeDirectory(directory)
    numbers = Dictionary(
      zip(index.terms.map { ByteText($0) }, index.terms.indices),
      uniquingKeysWith: { first, _ in first }
    )
  }

  // MARK: - Inputs

  /// Forgets the facts of all other inputs.
  mutating func keep(only inputs: [Input]) {
    let names = Set(inputs.map(\.name))
    var lost = Set(index.runs.flatMap(\.inputs)).subtracting(names)
    // An input may have several runs: all of them are there, or none.
    while case let dropped = index.runs.filter({ !lost.isDisjoint(with: $0.inputs) }),
      !dropped.isEmpty
    {
      index.runs.removeAll { !lost.isDisjoint(with: $0.inputs) }
      lost = Set(dropped.flatMap(\.inputs))
    }
    index.notes = index.notes.filter { names.contains($0.key) }
  }

  /// Whether the facts of an input are there.
  func holds(_ input: Input) -> Bool { index.runs.contains { $0.inputs.contains(input.name) } }

  /// What was said of an input.
  func note(of input: Input) -> String? { index.notes[input.name] }

  mutating func setNote(_ note: String, of input: Input) { index.notes[input.name] = note }

  /// The SHA-256 of a file, which is not read again while it is as it was.
  ///
  /// - Throws: ``FileFailure``.
  mutating func digest(ofFile path: String) throws -> String {
    var text: [UInt8] = []
    Archive(path: path).version?.append(to: &text)
    let version = String(decoding: text, as: UTF8.self)
    if let known = index.files[path], known.version == version, !text.isEmpty {
      return known.digest
    }
    let digest = try LakeManifest.File(path: path).sha256
    index.files[path] = Known(version: version, digest: digest)
    return digest
  }

  // MARK: - Terms

  /// The number that stands for a text in facts.
  mutating func number(of term: String) -> Int {
    let key = ByteText(term)
    if let known = numbers[key] { return known }
    numbers[key] = index.terms.count
    index.terms.append(term)
    return index.terms.count - 1
  }

  /// The texts, by their numbers.
  var terms: [String] { index.terms }

  // MARK: - Facts

  /// Writes facts of one identity after those of another.
  struct Writer: ~Copyable {
    private var runs: RunWriter
    private var key: [UInt8] = []
    private var last: [UInt8] = []
    /// The facts of the last identity that are not written yet.
    private var facts: [UInt8] = []

    fileprivate init(_ runs: consuming RunWriter) { self.runs = runs }

    /// Adds facts of an identity, which is the last one or sorts after it, by environment and identity.
    ///
    /// - Throws: ``FileFailure``.
    mutating func append(
      _ environment: Int64?,
      _ identity: Span<UInt8>,
      _ facts: [UInt8]
    ) throws {
      key.removeAll(keepingCapacity: true)
      key.append(sortable: environment)
      key.append(sortable: identity)
      if key != last {
        try flush()
        swap(&key, &last)
      }
      self.facts += facts
    }

    private mutating func flush() throws {
      guard !facts.isEmpty else { return }
      // Held apart while they are written.
      var (key, facts): ([UInt8], [UInt8]) = ([], [])
      swap(&key, &last)
      swap(&facts, &self.facts)
      try runs.append(key: key.span, value: facts.span)
      facts.removeAll(keepingCapacity: true)
      swap(&key, &last)
      swap(&facts, &self.facts)
    }

    fileprivate consuming func finish() throws {
      try flush()
      try runs.finish()
    }
  }

  /// Adds a run of facts of an input.
  ///
  /// - Parameters:
  ///   - input: The input; of one that has several runs, all have to be added.
  ///   - body: Writes the facts.
  /// - Throws: ``FileFailure``, or what `body` throws.
  mutating func add(_ input: Input, _ body: (inout Writer) throws -> Void) throws {
    let name = try writeRun { runs in
      var writer = Writer(runs)
      try body(&writer)
      try writer.finish()
    }
    index.runs.append(Run(name: name, inputs: [input.name], isSettled: input.isSettled))
  }

  /// Adds the rows of a partition whose first columns are the environment and the identity, by which they are sorted.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - input: The partition as an input.
  ///   - columns: The columns that are read; the first two are 0 and 1.
  ///   - isIn: Whether an environment counts.
  ///   - appendFact: Appends the fact of a row, if there is one.
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or what `appendFact` throws.
  mutating func add(
    _ partition: LakeReader.File,
    _ input: Input,
    columns: [Int],
    where isIn: (_ environment: Int64?) -> Bool = { _ in true },
    _ appendFact: (_ batch: Table, _ row: Int, _ facts: inout [UInt8]) throws -> Void
  ) throws {
    var facts: [UInt8] = []
    try add(input) { writer in
      try partition.forEachBatch(columns: columns) { batch in
        let environments = batch.columns[0]
        let identities = batch.columns[1].texts
        for row in 0..<batch.rowCount {
          let environment = environments.integer(row)
          guard isIn(environment) else { continue }
          facts.removeAll(keepingCapacity: true)
          try appendFact(batch, row, &facts)
          if !facts.isEmpty { try writer.append(environment, identities[row], facts) }
        }
      }
    }
  }

  private mutating func writeRun(_ body: (consuming RunWriter) throws -> Void) throws -> String {
    index.runCount += 1
    let name = "\(index.runCount).run"
    let sink = try FileSink(path: "\(directory)/\(name)")
    try body(RunWriter(to: sink))
    try sink.closeTemporary()
    return name
  }

  // MARK: - Histories

  /// Hands on what is gathered of each identity, by environment and identity.
  ///
  /// - Parameters:
  ///   - empty: What gathers.
  ///   - body: What takes it.
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  /// - Complexity: O(*n* log *k*) in the facts, in *k* runs; memory for those of one identity.
  mutating func forEachHistory<History: FactHistory>(
    _ empty: History,
    _ body: (History) throws -> Void
  ) throws {
    try mergeSome()
    var history = empty
    var merge = try self.merge(index.runs)
    var identity: [UInt8] = []
    while try merge.advance() {
      let (key, facts) = (merge.key, merge.value)
      var cursor = SortableCursor(key.span)
      let environment = cursor.optionalInt64()
      cursor.text(into: &identity)
      history.begin(environment, identity)
      try history.add(facts.span)
      try body(history)
    }
  }

  private func merge(_ runs: [Run]) throws -> RunMerge<Concatenation> {
    try RunMerge(
      runs.map { RunReader(try FileSource(path: "\(directory)/\($0.name)")) },
      folding: Concatenation.self
    )
  }

  /// Merges runs until they can be read at once; those of inputs that may change yet are left alone, if that is enough.
  private mutating func mergeSome() throws {
    while index.runs.count > Self.greatestRunCount {
      let settled = index.runs.filter(\.isSettled)
      let rest = index.runs.count - settled.count
      let chosen = (rest + 1 < Self.greatestRunCount ? settled : index.runs)
        .prefix(Self.greatestRunCount)
      var merge = try self.merge(Array(chosen))
      let name = try writeRun { runs in
        var runs = runs
        while try merge.advance() {
          try runs.append(key: merge.key.span, value: merge.value.span)
        }
        try runs.finish()
      }
      let names = Set(chosen.map(\.name))
      index.runs.removeAll { names.contains($0.name) }
      index.runs.insert(
        Run(
          name: name,
          inputs: Set(chosen.flatMap(\.inputs)).sorted(),
          isSettled: chosen.allSatisfy(\.isSettled)
        ),
        at: 0
      )
      for run in chosen { try FileSystem.remove("\(directory)/\(run.name)") }
    }
  }

  // MARK: - Keeping

  /// Keeps what is there for the next computation, and removes all else.
  ///
  /// - Parameter paths: The files whose digests are of use again.
  /// - Throws: ``FileFailure``.
  mutating func save(knowing paths: [String] = []) throws {
    let paths = Set(paths)
    index.files = index.files.filter { paths.contains($0.key) }
    try JSONFile.write(index.sealed, to: "\(directory)/\(Self.indexName)")
    let names = Set(index.runs.map(\.name) + [Self.indexName])
    for name in try FileSystem.list(directory) where !names.contains(name) {
      try FileSystem.remove("\(directory)/\(name)")
    }
  }
}

extension LakeReader {
  /// Partitions as inputs, which are told by their digests.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - isWanted: Which dates are of interest, in days since 1970-01-01.
  /// - Returns: The partitions of these dates, in their order.
  /// - Throws: ``FileFailure`` or ``LakeReader/Damaged``.
  func inputs(
    _ table: LakeTable,
    where isWanted: (_ day: Int) -> Bool
  ) throws -> [(partition: File, input: FactStore.Input)] {
    let manifest = try manifest()
    let partitions = try files(table).filter { $0.day.map(isWanted) ?? false }
    // The last two are those that more is most often added to.
    let open = Set(partitions.compactMap(\.day).suffix(2))
    return try partitions.map { partition in
      let digest =
        try manifest?.files[partition.name]?.sha256
        ?? LakeManifest.File(path: partition.path).sha256
      return (
        partition,
        FactStore.Input(
          name: "\(partition.name) \(digest)",
          isSettled: !open.contains(partition.day ?? 0)
        )
      )
    }
  }
}
