internal import Bytes
internal import Observations

/// What followed `flags` in bodies of late: identity, segments and traits, by their exact bytes.
///
/// An identity that comes again with nothing changed has the same bytes again. One slot for each hash: what is new takes the
/// place of what was there.
struct TailMemory: ~Copyable {
  private struct Slot {
    var hash: UInt64 = 0
    var text = 0..<0
    var identity: Int32 = 0
    var segmentState: Int32 = 0
    var traits = 0..<0
  }

  private static let slotCount = 1 << 14
  private static let hashedByteCount = 128

  private let byteLimit: Int
  private var slots = [Slot](repeating: Slot(), count: slotCount)
  private var texts: [UInt8] = []
  private var traits: [Int32] = []

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Sets `names` to what a tail stands for.
  ///
  /// - Returns: Whether the tail is known.
  /// - Complexity: O(*n*) in the tail.
  func find(_ tail: Span<UInt8>, _ names: inout SnapshotNames) -> Bool {
    let hash = Self.hash(tail)
    let slot = slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)]
    guard slot.hash == hash, texts.span.extracting(slot.text).equalBytes(tail) else { return false }
    names.identity = slot.identity
    names.segmentState = slot.segmentState
    names.traits.removeAll(keepingCapacity: true)
    names.traits += traits[slot.traits]
    return true
  }

  /// Keeps a tail.
  mutating func learn(_ tail: Span<UInt8>, _ names: SnapshotNames) {
    if texts.count + tail.count + traits.count * 4 > byteLimit { removeAll() }
    let text = texts.count
    texts.append(tail)
    let trait = traits.count
    traits += names.traits
    let hash = Self.hash(tail)
    slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)] = Slot(
      hash: hash,
      text: text..<texts.count,
      identity: names.identity,
      segmentState: names.segmentState,
      traits: trait..<traits.count
    )
  }

  /// Forgets all tails.
  mutating func removeAll() {
    texts.removeAll(keepingCapacity: true)
    traits.removeAll(keepingCapacity: true)
    for place in slots.indices { slots[place] = Slot() }
  }

  /// A hash of how a tail begins and ends, where identities and traits stand, and of its length.
  private static func hash(_ tail: Span<UInt8>) -> UInt64 {
    var hash = FoldHash()
    hash.mix(UInt64(truncatingIfNeeded: tail.count))
    hash.mix(tail.extracting(first: hashedByteCount))
    hash.mix(tail.extracting(last: hashedByteCount))
    return hash.value
  }
}
