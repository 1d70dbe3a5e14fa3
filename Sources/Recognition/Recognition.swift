package import Bytes
internal import Captures
internal import Flagsmith
package import JSON
package import Observations

/// Bytes seen before, so that they are neither unescaped, parsed nor hashed again.
///
/// It knows how verified bodies began, up to the end of their `flags`, and what stood after that. Both are found by comparing
/// bytes, so that whatever it finds is what reading the body would have found. It learns from deliveries that verified
/// alone, and takes no more memory than its options say: what is full is forgotten and learned again.
///
/// What it returns names things by the numbers of one ``FactNames``; with other names it must start anew.
package struct Recognition: ~Copyable, BodyRecognition {
  /// What is remembered, in bytes.
  package struct Options: Hashable, Sendable {
    /// 16 MB of flags: some thousands of sequences of some hundreds of flags.
    package static let defaultFlagBytes = 16 << 20
    /// 8 MB of identities with their segments and traits: about ten thousand.
    package static let defaultTailBytes = 8 << 20

    /// 4 MB of single flags and of segments: some thousands.
    package static let defaultPartBytes = PayloadDecoder.defaultMemoryBytes

    /// For the beginnings of bodies; none are recognised with 0.
    package var flagBytes = defaultFlagBytes
    /// For what follows them; nothing is recognised with 0.
    package var tailBytes = defaultTailBytes
    /// For parts of bodies that are not recognised as a whole; none is remembered with 0.
    package var partBytes = defaultPartBytes
    /// Whether records that differ from those before in plain strings alone are recognised.
    package var usesRecordTemplates = true

    package init() {}

    /// Recognises nothing.
    package static var off: Options {
      var options = Options()
      options.flagBytes = 0
      options.tailBytes = 0
      options.partBytes = 0
      options.usesRecordTemplates = false
      return options
    }

    /// What all takes together.
    package var byteCount: Int { flagBytes + tailBytes + partBytes }
  }

  private let options: Options
  private var prefixes: FlagPrefixes
  private var tails: TailMemory
  private var found: Int?

  package init(_ options: Options = Options()) {
    self.options = options
    prefixes = FlagPrefixes(byteLimit: options.flagBytes)
    tails = TailMemory(byteLimit: options.tailBytes)
  }

  // MARK: - Recognising

  package mutating func recognise(_ line: Span<UInt8>, from start: Int) -> Int {
    found = nil
    guard options.flagBytes > 0, let match = prefixes.find(in: line, from: start) else { return 0 }
    found = match.place
    return match.byteCount
  }

  package mutating func forget() { found = nil }

  /// Whether the beginning of the body at hand was recognised.
  package var hasRecognised: Bool { found != nil }

  /// For every secret the hash of the recognised beginning, where it is known.
  package var hashes: [KeyedHash?] { found.map { prefixes.sequences[$0].hashes } ?? [] }

  /// The flags of the recognised beginning, and their environment; `nil` where it has none.
  package var flags: (state: StateBook.ID, environment: Int64??) {
    guard let found else { return (0, nil) }
    let sequence = prefixes.sequences[found]
    return (sequence.flagState, sequence.hasFlags ? .some(sequence.environment) : nil)
  }

  /// Sets identity, segments and traits of `names` to what a body's text after its flags stands for, where it is known.
  ///
  /// - Parameters:
  ///   - body: Text that ends with the body's.
  ///   - start: Where in it the body goes on after its flags.
  ///   - names: What is set.
  /// - Returns: Whether it is known.
  package func recognise(
    rest body: borrowing ByteBuffer,
    from start: Int,
    _ names: inout SnapshotNames
  ) -> Bool {
    options.tailBytes > 0 && tails.find(body.span.extracting(start...), &names)
  }

  // MARK: - Learning

  /// Decides whether to learn how the body at hand begins, which spends what recognition has saved.
  ///
  /// - Parameter isNew: Whether the state of its flags comes for the first time.
  /// - Returns: Whether it is worth while.
  package mutating func mayLearn(isNew: Bool) -> Bool {
    options.flagBytes > 0 && prefixes.mayLearn(isNew: isNew)
  }

  /// Remembers how a body of a verified delivery began.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - string: Where the body stands in it.
  ///   - offsets: Where in the body each flag but the first begins, and the end of `flags`.
  ///   - names: What the body stands for.
  ///   - environment: That of the flags; `nil` where there are none.
  ///   - secrets: How many secrets there are.
  ///   - secret: The one that verified.
  ///   - hash: The hash under its key of the body up to the end of `flags`.
  package mutating func learn(
    _ line: Span<UInt8>,
    _ string: JSONString,
    flagOffsets offsets: [Int],
    _ names: SnapshotNames,
    environment: Int64??,
    secrets: Int,
    secret: Int,
    hash: KeyedHash
  ) {
    prefixes.learn(
      line,
      string,
      offsets: offsets,
      flagState: names.flagState,
      environment: environment ?? nil,
      hasFlags: environment != nil,
      secrets: secrets,
      secret: secret,
      hash: hash
    )
  }

  /// Remembers what the text after the flags of a verified body, from `start` of `body` on, stands for.
  package mutating func learn(
    rest body: borrowing ByteBuffer,
    from start: Int,
    _ names: SnapshotNames
  ) {
    guard options.tailBytes > 0 else { return }
    tails.learn(body.span.extracting(start...), names)
  }

  /// Forgets all, because the names that it uses are no more.
  package mutating func removeAll() {
    prefixes.removeAll()
    tails.removeAll()
    found = nil
  }
}
