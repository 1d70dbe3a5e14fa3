internal import Bytes

/// Parts of bodies that were decoded before, by their exact bytes: single flags, and whole arrays of segments.
///
/// What is found is what decoding the same bytes would give. Parts without a fault alone are remembered; what is full is
/// forgotten and learned again.
struct PartMemory {
  /// What a flag is.
  struct Flag {
    let environment: Int64?
    let row: CanonicalRows.Row
  }

  private let byteLimit: Int
  private var flagTexts = KnownTexts()
  private var flags: [Flag] = []
  private var lastFlag: KnownTexts.ID?
  private var segmentTexts = KnownTexts()
  private var segments: [CanonicalRows] = []
  private var segmentByteCount = 0
  /// The texts of the flags' rows.
  private(set) var rows: [UInt8] = []
  /// The number of the next row; none comes again.
  private var rowNumber: Int32 = 0
  private var credit = LearningCredit(initial: 4096, greatest: 1 << 16)
  private var rowsSeen = RepeatFilter()
  /// So many flags are learned when they come first; after that, when they come again.
  private static let eagerFlagCount = 512

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  // MARK: - Flags

  /// Says that the first flag of a body comes next.
  mutating func beginFlags() {
    if byteCount > byteLimit { removeAll() }
    lastFlag = nil
  }

  /// Adds the row of the flag that stands at `start` of `body` to `rows`, if it is known; its text is in ``rows``.
  ///
  /// - Returns: Its environment, and how many bytes it takes.
  /// - Complexity: O(*n*) in its bytes.
  mutating func appendFlag(
    in body: Span<UInt8>,
    at start: Int,
    to rows: inout CanonicalRows
  ) -> (environment: Int64?, byteCount: Int)? {
    guard let id = flagTexts.find(in: body, at: start, after: lastFlag) else { return nil }
    lastFlag = id
    credit.earn()
    rows.append(flags[Int(id)].row)
    return (flags[Int(id)].environment, flagTexts.length(of: id))
  }

  /// Remembers a flag that was decoded, and whose row is the last one of `rows`.
  mutating func learn(flag text: Span<UInt8>, environment: Int64?, _ rows: CanonicalRows) {
    guard let row = rows.rows.last else { return }
    var hash = FoldHash()
    hash.mix(rows.text(of: row))
    let isRepeated = rowsSeen.insert(hash.value)
    guard isRepeated || flags.count < Self.eagerFlagCount, mayLearn() else { return }
    let count = flagTexts.count
    guard let id = flagTexts.insert(text) else { return }
    if flagTexts.count > count {
      let start = self.rows.count
      self.rows.append(rows.text(of: row))
      let known = CanonicalRows.Row(row, number: rowNumber, range: start..<self.rows.count)
      rowNumber &+= 1
      flags.append(Flag(environment: environment, row: known))
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
    guard mayLearn() else { return }
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

  /// Whether something may be learned; of what is more than a body's, all is forgotten when the next one comes.
  private mutating func mayLearn() -> Bool {
    byteLimit > 0 && byteCount <= byteLimit && credit.spend()
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
