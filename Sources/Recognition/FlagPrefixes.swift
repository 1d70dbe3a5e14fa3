internal import Bytes
internal import Captures
internal import JSON
internal import Observations

/// The beginnings of bodies, up to the end of `flags`, as they stand in lines: with their escapes.
///
/// A beginning is kept as the sequence of its flags, and every flag's text once, because few flags make many
/// sequences. A sequence is found by the numbers of its flags, each of which was found by comparing its bytes: what is
/// recognised has the same bytes.
struct FlagPrefixes: ~Copyable {
  /// What a beginning stands for.
  struct Sequence {
    fileprivate let flags: Range<Int>
    let flagState: StateBook.ID
    /// Flagsmith's environment id, where the flags name one.
    let environment: Int64?
    let hasFlags: Bool
    /// For every secret the hash of the beginning's text under its key, where it was needed before.
    fileprivate(set) var hashes: [KeyedHash?]
  }

  /// What a keyed hash takes that is kept; an estimate of the crypto library's contexts.
  private static let hashByteCount = 768

  private let byteLimit: Int
  private var texts = KnownTexts()
  /// For every text whether `flags` end with it.
  private var isLast: [Bool] = []
  /// For every text how many bytes it stands for, without its escapes.
  private var lengths: [Int] = []

  private(set) var sequences: [Sequence] = []
  private var flags: [KnownTexts.ID] = []
  /// Open addressing: a sequence, or -1 where the slot is free.
  private var slots: [Int32] = [Int32](repeating: -1, count: 256)
  private var hashByteCount = 0

  private var ends: [Int] = []
  /// The flags of the body at hand.
  private var current: [KnownTexts.ID] = []
  private var credit = LearningCredit(initial: 2048, greatest: 1 << 16)
  private var bodyCount = 0
  /// What it costs to learn a state that may never come again, and what is kept for those that came again.
  private static let newCost = 8
  private static let reserve = 1024

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// The memory in use, in bytes.
  private var byteCount: Int {
    texts.byteCount + flags.count * 4 + slots.count * 4 + hashByteCount
      + sequences.count * MemoryLayout<Sequence>.stride
  }

  /// Finds the beginning that a body has.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - start: Where the inside of the body's string begins.
  /// - Returns: The place of the sequence and the bytes it takes in the line.
  /// - Complexity: O(*n*) in those bytes, by `memcmp`.
  mutating func find(in line: Span<UInt8>, from start: Int) -> (place: Int, byteCount: Int)? {
    bodyCount &+= 1
    let isWorthwhile = !credit.isExhausted || bodyCount % LearningCredit.sampling == 0
    guard texts.count > 0, isWorthwhile else { return nil }
    current.removeAll(keepingCapacity: true)
    var hash = FoldHash()
    var position = start
    var previous: KnownTexts.ID?
    while true {
      guard let text = texts.find(in: line, at: position, after: previous) else { return nil }
      current.append(text)
      hash.mix(UInt64(truncatingIfNeeded: text))
      position += texts.length(of: text)
      if isLast[Int(text)] { break }
      previous = text
    }
    guard let place = sequence(hash.value) else { return nil }
    credit.earn()
    return (place, position - start)
  }

  /// Keeps a beginning, or another hash of one that is known.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - string: Where the body stands in it.
  ///   - offsets: Where in the body's text each flag but the first begins, and where the beginning ends.
  ///   - flagState: Its flags.
  ///   - environment: Their environment.
  ///   - hasFlags: Whether there is any.
  ///   - secrets: How many secrets there are.
  ///   - secret: One of them.
  ///   - hash: The hash of the beginning's text under its key.
  mutating func learn(
    _ line: Span<UInt8>,
    _ string: JSONString,
    offsets: [Int],
    flagState: StateBook.ID,
    environment: Int64?,
    hasFlags: Bool,
    secrets: Int,
    secret: Int,
    hash: KeyedHash
  ) {
    if byteCount > byteLimit { removeAll() }
    current.removeAll(keepingCapacity: true)
    var mixed = FoldHash()
    var rest = string
    var start = 0
    for (place, end) in offsets.enumerated() {
      let isLast = place == offsets.count - 1
      guard let id = intern(line, rest, length: end - start, isLast: isLast) else { return }
      texts.note(id, after: current.last)
      current.append(id)
      mixed.mix(UInt64(truncatingIfNeeded: id))
      rest = rest.dropFirst(texts.length(of: id))
      start = end
    }
    hashByteCount += Self.hashByteCount
    if let known = sequence(mixed.value) {
      sequences[known].hashes[secret] = hash
      return
    }
    var hashes = [KeyedHash?](repeating: nil, count: secrets)
    hashes[secret] = hash
    let place = sequences.count
    let firstFlag = flags.count
    flags += current
    sequences.append(
      Sequence(
        flags: firstFlag..<flags.count,
        flagState: flagState,
        environment: environment,
        hasFlags: hasFlags,
        hashes: hashes
      )
    )
    insert(Int32(place), mixed.value)
  }

  /// Whether the body at hand may be learned, which spends credit; more of it where its flags are new.
  mutating func mayLearn(isNew: Bool) -> Bool {
    isNew ? credit.spend(Self.newCost, keeping: Self.reserve) : credit.spend()
  }

  /// Forgets all beginnings.
  mutating func removeAll() {
    texts.removeAll()
    isLast.removeAll()
    lengths.removeAll()
    sequences.removeAll()
    flags.removeAll()
    slots = [Int32](repeating: -1, count: 256)
    hashByteCount = 0
  }

  /// The number of the text with which `rest` begins, and which stands for `length` bytes.
  private mutating func intern(
    _ line: Span<UInt8>,
    _ rest: JSONString,
    length: Int,
    isLast: Bool
  ) -> KnownTexts.ID? {
    let start = rest.range.lowerBound
    if let id = texts.find(in: line, at: start, after: current.last), lengths[Int(id)] == length {
      return id
    }
    JSONReader(line).findOffsets([length], in: rest, into: &ends)
    let count = texts.count
    guard let id = texts.insert(line.extracting(start..<start + (ends.first ?? 0))) else {
      return nil
    }
    if texts.count > count {
      self.isLast.append(isLast)
      lengths.append(length)
    }
    return id
  }

  /// The sequence of the flags at hand, which have this hash.
  private func sequence(_ hash: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let place = Int(slots[slot])
      if hasCurrentFlags(sequences[place]) { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func hasCurrentFlags(_ sequence: Sequence) -> Bool {
    guard sequence.flags.count == current.count else { return false }
    for place in current.indices
    where flags[sequence.flags.lowerBound + place] != current[place] { return false }
    return true
  }

  private mutating func insert(_ place: Int32, _ hash: UInt64) {
    if sequences.count * 2 > slots.count { grow() }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = place
  }

  /// Doubles the slots and enters all sequences but the newest again.
  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for place in sequences.indices.dropLast() {
      var hash = FoldHash()
      for flag in flags[sequences[place].flags] { hash.mix(UInt64(truncatingIfNeeded: flag)) }
      var slot = Int(truncatingIfNeeded: hash.value) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(place)
    }
  }
}
