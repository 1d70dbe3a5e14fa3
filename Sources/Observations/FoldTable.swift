internal import Bytes

/// What tells facts of one kind apart.
package protocol FactKey: Hashable, Sendable {
  /// A hash for this process alone.
  var foldHash: UInt64 { get }
}

/// What facts with the same key fold into: a commutative monoid.
package protocol FactMeasures: Hashable, Sendable {
  /// Takes in `other`; associative and commutative.
  mutating func merge(_ other: Self)
}

/// Facts of one kind, each key once.
///
/// Open addressing over entries in order of first appearance.
package struct FoldTable<Key: FactKey, Measures: FactMeasures>: Sendable {
  package struct Entry: Sendable {
    package let key: Key
    package fileprivate(set) var measures: Measures
  }

  package private(set) var entries: [Entry] = []
  /// An entry, or -1 where the slot is free.
  private var slots: [Int32] = []

  package init() {}

  package var count: Int { entries.count }

  /// The memory in use, in bytes.
  package var byteCount: Int { entries.count * MemoryLayout<Entry>.stride + slots.count * 4 }

  /// Adds measures to those of `key`.
  ///
  /// - Complexity: O(1), amortised.
  @inline(__always)
  mutating func add(_ key: Key, _ measures: Measures) {
    if entries.count * 2 >= slots.count { grow() }
    var slot = Int(truncatingIfNeeded: key.foldHash) & (slots.count - 1)
    while true {
      let place = Int(slots[slot])
      if place < 0 { break }
      if entries[place].key == key {
        entries[place].measures.merge(measures)
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(truncatingIfNeeded: entries.count)
    entries.append(Entry(key: key, measures: measures))
  }

  /// Adds all of `other`.
  ///
  /// - Complexity: O(*n*) in the smaller one.
  mutating func merge(_ other: consuming FoldTable) {
    var other = other
    if other.count > count { swap(&self, &other) }
    for entry in other.entries { add(entry.key, entry.measures) }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: max(64, slots.count * 2))
    for place in entries.indices {
      var slot = Int(truncatingIfNeeded: entries[place].key.foldHash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(truncatingIfNeeded: place)
    }
  }
}

extension FoldTable: Equatable {
  /// Whether both have the same keys with the same measures.
  package static func == (left: FoldTable, right: FoldTable) -> Bool {
    left.count == right.count
      && Dictionary(uniqueKeysWithValues: left.entries.map { ($0.key, $0.measures) })
        == Dictionary(uniqueKeysWithValues: right.entries.map { ($0.key, $0.measures) })
  }
}
