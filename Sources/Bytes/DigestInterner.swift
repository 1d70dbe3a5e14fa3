/// Distinct digests, each named by a small number from zero in order of first appearance.
package struct DigestInterner: Sendable {
  package typealias ID = Int32

  package private(set) var digests: [Digest128] = []
  /// Open addressing with linear probing: an ID, or -1 where the slot is free.
  private var slots = [ID](repeating: -1, count: 64)

  package init() {}

  package var count: Int { digests.count }

  /// The memory in use, in bytes.
  package var byteCount: Int { digests.count * MemoryLayout<Digest128>.stride + slots.count * 4 }

  /// The name of a digest, which is new where it was not seen before.
  ///
  /// - Complexity: O(1), amortised.
  package mutating func intern(_ digest: Digest128) -> ID {
    if digests.count * 2 >= slots.count { grow() }
    let slot = slot(of: digest)
    if slots[slot] >= 0 { return slots[slot] }
    let id = ID(digests.count)
    digests.append(digest)
    slots[slot] = id
    return id
  }

  /// The slot where a digest is or would be; a digest's bits are as good as those of a hash.
  private func slot(of digest: Digest128) -> Int {
    var slot = Int(truncatingIfNeeded: digest.low) & (slots.count - 1)
    while slots[slot] >= 0, digests[Int(slots[slot])] != digest {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  /// Forgets all digests.
  package mutating func removeAll() { self = DigestInterner() }

  private mutating func grow() {
    slots = [ID](repeating: -1, count: slots.count * 2)
    for (id, digest) in digests.enumerated() { slots[slot(of: digest)] = ID(id) }
  }
}
