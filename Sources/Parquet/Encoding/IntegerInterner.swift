/// Distinct 64-bit values, each named by its place in order of first appearance.
struct IntegerInterner {
  /// The distinct values in order of first appearance.
  private(set) var values: [Int64] = []
  /// Open addressing with linear probing: 32 bits of the hash and the place plus one; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 1024)
  /// Places do not depend on hashes, so the hashes need not be the same in every process.
  private let seed = UInt64.random(in: .min ... .max)

  var count: Int { values.count }

  /// Removes all values and keeps the storage.
  mutating func removeAll() {
    values.removeAll()
    slots = [UInt64](repeating: 0, count: 1024)
  }

  /// Replaces `places` by those of `values`, which are new where they were not seen before.
  ///
  /// - Complexity: O(*n*), amortised.
  mutating func intern(_ values: [Int64], into places: inout [UInt32]) {
    places.removeAll(keepingCapacity: true)
    places.append(contentsOf: repeatElement(0, count: values.count))
    var target = places.mutableSpan
    let values = values.span
    var last: Int64 = 0
    var place: UInt32 = 0
    for index in values.indices {
      let value = values[index]
      if index == 0 || value != last {
        place = find(value)
        last = value
      }
      target[index] = place
    }
  }

  private mutating func find(_ value: Int64) -> UInt32 {
    let product = (UInt64(bitPattern: value) ^ seed)
      .multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let hash = UInt32(truncatingIfNeeded: (product.high ^ product.low) >> 16)
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let place = UInt32(truncatingIfNeeded: entry) - 1
        if values[Int(place)] == value { return place }
      }
      slot = (slot + 1) & mask
    }
    let place = UInt32(values.count)
    values.append(value)
    slots[slot] = UInt64(hash) << 32 | UInt64(place + 1)
    if values.count * 2 > slots.count { slots.doubleSlots() }
    return place
  }
}

extension [UInt64] {
  /// Moves the entries of a hash table, whose upper halves are hashes, to one of twice the size.
  mutating func doubleSlots() {
    var larger = [UInt64](repeating: 0, count: count * 2)
    let mask = larger.count - 1
    for entry in self where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    self = larger
  }
}
