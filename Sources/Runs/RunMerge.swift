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

  private var readers: [RunReader] = []
  /// A heap of the places of readers that are not at their ends: the least key first, and of equal ones the first reader.
  private var heap: [Int] = []

  /// - Parameters:
  ///   - runs: The runs; the values of equal keys are folded in their order.
  ///   - folding: How they are folded.
  /// - Throws: What a run's reader throws.
  package init(_ runs: [RunReader], folding: Folding.Type) throws {
    for var run in runs where try run.advance() { readers.append(run) }
    heap = Array(readers.indices)
    for place in heap.indices.reversed() { sink(place) }
  }

  /// Moves to the next key.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: What a run's reader throws.
  package mutating func advance() throws -> Bool {
    guard let first = heap.first else { return false }
    key.removeAll(keepingCapacity: true)
    key += readers[first].key
    readers[first].moveValue(to: &value)
    form = readers[first].form
    try advanceFirst()
    while let next = heap.first, readers[next].key == key {
      Folding.fold(readers[next].value, into: &value, key: key)
      try advanceFirst()
    }
    return true
  }

  /// Moves the run with the least key on.
  private mutating func advanceFirst() throws {
    if try readers[heap[0]].advance() {
      sink(0)
    } else if let last = heap.popLast(), !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
  }

  /// Lets the reader at `start` of the heap sink to its place.
  private mutating func sink(_ start: Int) {
    // Held apart, because readers are looked at while it changes.
    var heap: [Int] = []
    swap(&heap, &self.heap)
    Self.sink(start, &heap, readers.span)
    swap(&heap, &self.heap)
  }

  private static func sink(_ start: Int, _ heap: inout [Int], _ readers: Span<RunReader>) {
    let sinking = heap[start]
    var place = start
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, precedes(heap[child + 1], heap[child], readers) { child += 1 }
      guard precedes(heap[child], sinking, readers) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = sinking
  }

  private static func precedes(_ left: Int, _ right: Int, _ readers: Span<RunReader>) -> Bool {
    let order = readers[left].key.span.comparedBytes(readers[right].key.span)
    return order == 0 ? left < right : order < 0
  }
}
