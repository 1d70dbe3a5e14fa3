internal import Bytes

/// Parts of bodies that were decoded before, by their exact bytes: single flags, and whole arrays of segments.
///
/// What is found is what decoding the same bytes would give. Parts without a fault alone are remembered; what is full is
/// forgotten and learned again.
struct PartMemory {
  /// What a flag is.
  struct Flag {
    let environment: Int64?
    fileprivate let key: CanonicalRows.Key
    fileprivate let row: Range<Int>
  }

  private let byteLimit: Int
  private var flagTexts = KnownTexts()
  private var flags: [Flag] = []
  private var lastFlag: KnownTexts.ID?
  private var segmentTexts = KnownTexts()
  private var segments: [CanonicalRows] = []
  private var segmentByteCount = 0
  /// The rows of flags.
  private var rows: [UInt8] = []
  private var credit = LearningCredit(initial: 4096, greatest: 1 << 16)

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  // MARK: - Flags

  /// Says that the first flag of a body comes next.
  mutating func beginFlags() { lastFlag = nil }

  /// The flag that stands at `start` of `body`, and how many bytes it takes, if it is known.
  ///
  /// - Complexity: O(*n*) in its bytes.
  mutating func flag(in body: Span<UInt8>, at start: Int) -> (flag: Flag, byteCount: Int)? {
    guard let id = flagTexts.find(in: body, at: start, after: lastFlag) else { return nil }
    lastFlag = id
    credit.earn()
    return (flags[Int(id)], flagTexts.length(of: id))
  }

  /// Adds the canonical row of a flag to `rows`.
  func append(_ flag: Flag, to rows: inout CanonicalRows) {
    rows.append(row: self.rows.span.extracting(flag.row), key: flag.key)
  }

  /// Remembers a flag that was decoded, and whose row is the last one of `rows`.
  mutating func learn(flag text: Span<UInt8>, environment: Int64?, _ rows: CanonicalRows) {
    guard let row = rows.rows.last, makeRoom() else { return }
    let count = flagTexts.count
    guard let id = flagTexts.insert(text) else { return }
    if flagTexts.count > count {
      let start = self.rows.count
      self.rows.append(rows.text.span.extracting(row.range))
      flags.append(Flag(environment: environment, key: row.key, row: start..<self.rows.count))
    }
    flagTexts.note(id, after: lastFlag)
    lastFlag = id
  }

  // MARK: - Segments

  /// Sets `rows` to the segments that stand at `start` of `body`, if they are known.
  ///
  /// - Returns: How many bytes they take.
  /// - Complexity: O(*n*) in their bytes.
  mutating func segments(
    in body: Span<UInt8>,
    at start: Int,
    into rows: inout CanonicalRows
  ) -> Int? {
    guard let id = segmentTexts.find(in: body, at: start, after: nil) else { return nil }
    credit.earn()
    rows.restore(segments[Int(id)])
    return segmentTexts.length(of: id)
  }

  /// Remembers segments that were decoded.
  mutating func learn(segments text: Span<UInt8>, _ rows: CanonicalRows) {
    guard makeRoom() else { return }
    let count = segmentTexts.count
    guard segmentTexts.insert(text) != nil, segmentTexts.count > count else { return }
    segments.append(rows)
    segmentByteCount += rows.byteCount
  }

  // MARK: - Room

  private var byteCount: Int {
    flagTexts.byteCount + flags.count * MemoryLayout<Flag>.stride + rows.count
      + segmentTexts.byteCount + segmentByteCount
  }

  /// Whether something may be learned.
  private mutating func makeRoom() -> Bool {
    guard byteLimit > 0, credit.spend() else { return false }
    if byteCount > byteLimit { removeAll() }
    return true
  }

  private mutating func removeAll() {
    flagTexts.removeAll()
    flags.removeAll(keepingCapacity: true)
    lastFlag = nil
    segmentTexts.removeAll()
    segments.removeAll(keepingCapacity: true)
    segmentByteCount = 0
    rows.removeAll(keepingCapacity: true)
  }
}
