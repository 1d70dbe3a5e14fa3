/// Distinct byte strings, each kept once and named by a small number.
///
/// Numbers count from zero in order of first appearance. Nothing is ever removed.
package struct ByteInterner: Sendable {
  /// The number that names an interned byte string.
  package typealias ID = Int32

  private var arena: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// Open addressing with linear probing: an ID, or -1 where the slot is free.
  private var slots: [ID] = [ID](repeating: -1, count: 64)

  package init() {}

  /// How many distinct byte strings there are.
  package var count: Int { ends.count }

  /// The memory in use, in bytes.
  package var byteCount: Int { arena.count + ends.count * 16 + slots.count * 4 }

  /// The name of `bytes`, which is new where they were not seen before.
  ///
  /// Equality is that of the bytes; the hash only finds the place to look.
  ///
  /// - Complexity: O(*n*) in the bytes, amortised.
  package mutating func intern(_ bytes: Span<UInt8>) -> ID {
    let place = search(bytes)
    if place.id >= 0 { return place.id }
    let id = ID(ends.count)
    arena.append(bytes)
    ends.append(arena.count)
    hashes.append(place.hash)
    slots[place.slot] = id
    if ends.count * 2 > slots.count { grow() }
    return id
  }

  /// The name of `bytes`; `nil` where they were not interned.
  ///
  /// - Complexity: O(*n*) in the bytes.
  package func find(_ bytes: Span<UInt8>) -> ID? {
    let id = search(bytes).id
    return id >= 0 ? id : nil
  }

  /// The slot where `bytes` are or would be, and their name there, or -1.
  private func search(_ bytes: Span<UInt8>) -> (slot: Int, id: ID, hash: UInt64) {
    var hasher = FoldHash()
    hasher.mix(bytes)
    let hash = hasher.value
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let id = slots[slot]
      if hashes[Int(id)] == hash, arena.span.extracting(range(of: id)).equalBytes(bytes) {
        return (slot, id, hash)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, -1, hash)
  }

  /// The bytes that `id` names.
  package subscript(id: ID) -> Span<UInt8> {
    @_lifetime(borrow self)
    get { arena.span.extracting(range(of: id)) }
  }

  /// The text that `id` names.
  package func text(_ id: ID) -> String { String(decoding: self[id]) }

  private func range(of id: ID) -> Range<Int> {
    (id == 0 ? 0 : ends[Int(id) - 1])..<ends[Int(id)]
  }

  private mutating func grow() {
    var larger = [ID](repeating: -1, count: slots.count * 2)
    for id in ends.indices {
      var slot = Int(truncatingIfNeeded: hashes[id]) & (larger.count - 1)
      while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
      larger[slot] = ID(id)
    }
    slots = larger
  }
}
