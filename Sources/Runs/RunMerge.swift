internal import Bytes

/// How records with the same key become one: associative and commutative.
package protocol RunFolding {
  /// Folds the value of a record into that of another with the same key.
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8])
}

/// Reads several runs as one: every key once, in ascending order, with the values of all runs folded.
///
/// - Complexity: O(log *k*) comparisons of keys for a record, in *k* runs; memory for a chunk of each.
package struct RunMerge<Folding: RunFolding> {
  /// The key of the record at hand, after ``advance()``.
  package private(set) var key: [UInt8] = []
  /// Its value, folded.
  package private(set) var value: [UInt8] = []
  /// How the value was written.
  package private(set) var form = RunValueForm.bytes

  /// A heap by the keys at hand, the least first.
  private var readers: [RunReader] = []

  package init(_ runs: [RunReader], folding: Folding.Type) throws {
    for var run in runs where try run.advance() { readers.append(run) }
    for place in readers.indices.reversed() { sink(place) }
  }

  /// Moves to the next key.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: What a run's reader throws.
  package mutating func advance() throws -> Bool {
    guard !readers.isEmpty else { return false }
    key.removeAll(keepingCapacity: true)
    key += readers[0].key
    value.removeAll(keepingCapacity: true)
    value += readers[0].value
    form = readers[0].form
    try advanceFirst()
    while !readers.isEmpty, readers[0].key == key {
      Folding.fold(readers[0].value, into: &value, key: key)
      try advanceFirst()
    }
    return true
  }

  /// Moves the run with the least key on.
  private mutating func advanceFirst() throws {
    if try readers[0].advance() {
      sink(0)
    } else if let last = readers.popLast(), !readers.isEmpty {
      readers[0] = last
      sink(0)
    }
  }

  private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.span.comparedBytes(right.span) < 0
  }

  /// Lets the run at `start` sink to its place.
  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < readers.count {
        if Self.precedes(readers[child].key, readers[least].key) { least = child }
      }
      if least == place { return }
      readers.swapAt(place, least)
      place = least
    }
  }
}
