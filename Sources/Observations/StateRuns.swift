package import Bytes
internal import Runs

/// That records of a state are the same wherever its digest is.
enum StateFolding: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
}

/// Those states of a book that are in use, in the order of their digests.
package struct UsedStates: Sendable {
  let book: StateBook
  let ids: [StateBook.ID]

  fileprivate func digest(at place: Int) -> Digest128 { book.digests[Int(ids[place])] }

  /// Writes the states as a run.
  fileprivate func write(to writer: inout RunWriter) throws {
    var key: [UInt8] = []
    var text: [UInt8] = []
    for id in ids {
      key.removeAll(keepingCapacity: true)
      key.append(sortable: book.digests[Int(id)])
      text.removeAll(keepingCapacity: true)
      for row in book.rows(of: id) { book.appendText(of: row, to: &text) }
      try writer.append(key: key.span, value: text.span, as: .lines)
    }
  }
}

/// The states of facts: in books where there is memory for them, else in runs.
package struct StateRuns: Sendable {
  /// The states of some facts.
  enum Written: Sendable {
    case book(UsedStates)
    case run(RunSet<StateFolding>.Run)
  }

  private var books: [UsedStates] = []
  private var runs: RunSet<StateFolding>

  init(directory: String, prefix: String, fanIn: Int) {
    runs = RunSet(directory: directory, prefix: prefix, fanIn: fanIn)
  }

  /// Keeps states, or writes them as a run; they are not part of these yet.
  ///
  /// - Throws: ``FileFailure``.
  mutating func write(_ states: UsedStates, inMemory: Bool) throws -> Written {
    inMemory ? .book(states) : .run(try runs.write { try states.write(to: &$0) })
  }

  mutating func add(_ written: Written) {
    switch written {
    case .book(let states): books.append(states)
    case .run(let run): runs.add(run)
    }
  }

  mutating func add(contentsOf other: StateRuns) {
    books += other.books
    runs.add(contentsOf: other.runs)
  }

  func discard(_ written: Written) throws {
    if case .run(let run) = written { try runs.discard(run) }
  }

  /// How many distinct rows a book has.
  package func rowCount(ofBook number: Int) -> Int { books[number].book.rowCount }

  /// The digest of a row of a book.
  package func digest(of row: StateBook.Row, inBook number: Int) -> Digest128 {
    books[number].book.digest(of: row)
  }

  /// Appends the text of a row of a book, with its line feed.
  package func appendText(
    of row: StateBook.Row,
    inBook number: Int,
    to text: inout [UInt8]
  ) {
    books[number].book.appendText(of: row, to: &text)
  }

  /// Hands all states on, in the order of their digests, each once: all by their rows, or all by their texts.
  ///
  /// - Parameters:
  ///   - visitRows: Takes a state's digest, its rows in canonical order, and the number of the book whose rows they are.
  ///   - visitText: Takes a state's digest and its canonical text.
  /// - Throws: What the runs' readers or the visitors throw.
  /// - Complexity: O(*n* log *k*) in the states of *k* runs, O(*nk*) in those of *k* books.
  package func forEach(
    rows visitRows: (Digest128, Span<StateBook.Row>, _ book: Int) throws -> Void,
    text visitText: (Digest128, Span<UInt8>) throws -> Void
  ) throws {
    if runs.count == 0 { return try forEachOfBooks(visitRows) }
    var runs = runs
    for states in books {
      runs.add(try runs.write(inMemory: true) { try states.write(to: &$0) })
    }
    var merge = try runs.merge()
    while try merge.advance() {
      var cursor = SortableCursor(merge.key.span)
      try visitText(cursor.digest(), merge.value.span)
    }
  }

  private func forEachOfBooks(
    _ visit: (Digest128, Span<StateBook.Row>, _ book: Int) throws -> Void
  ) throws {
    var places = [Int](repeating: 0, count: books.count)
    while true {
      var least: (digest: Digest128, number: Int)?
      for number in books.indices where places[number] < books[number].ids.count {
        let digest = books[number].digest(at: places[number])
        if let known = least, known.digest <= digest {
          if known.digest == digest { places[number] += 1 }
        } else {
          least = (digest, number)
        }
      }
      guard let (digest, number) = least else { return }
      let id = books[number].ids[places[number]]
      places[number] += 1
      try visit(digest, books[number].book.rows(of: id).span, number)
    }
  }
}
