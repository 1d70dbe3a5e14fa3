package import Bytes
internal import Runs

/// What takes states in the order of their digests, each once.
package protocol StateVisitor: ~Copyable {
  /// A state by its canonical text.
  mutating func visit(_ state: Digest128, text: Span<UInt8>) throws

  /// A state by its rows.
  ///
  /// - Parameters:
  ///   - state: Its digest.
  ///   - rows: Its rows in canonical order, by their numbers in `book`.
  ///   - book: Whose rows they are.
  ///   - number: What tells that book from others.
  /// - Throws: What stops the visit.
  mutating func visit(
    _ state: Digest128,
    rows: Span<StateBook.Row>,
    of book: StateBook,
    number: Int
  ) throws
}

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
      for row in book.rows(of: id) { text.append(book.text(of: row)) }
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

  /// Hands all states on.
  ///
  /// - Throws: What the runs' readers or the visitor throw.
  /// - Complexity: O(*n* log *k*) in the states of *k* runs, O(*nk*) in those of *k* books.
  package func forEach(_ visitor: inout some StateVisitor & ~Copyable) throws {
    if runs.count == 0 { return try forEachOfBooks(&visitor) }
    var runs = runs
    for states in books {
      runs.add(try runs.write(inMemory: true) { try states.write(to: &$0) })
    }
    var merge = try runs.merge()
    while try merge.advance() {
      var cursor = SortableCursor(merge.key.span)
      try visitor.visit(cursor.digest(), text: merge.value.span)
    }
  }

  private func forEachOfBooks(_ visitor: inout some StateVisitor & ~Copyable) throws {
    var places = [Int](repeating: 0, count: books.count)
    while true {
      var least: (digest: Digest128, number: Int)?
      for (number, states) in books.enumerated() where places[number] < states.ids.count {
        let digest = states.digest(at: places[number])
        if let known = least, known.digest <= digest {
          if known.digest == digest { places[number] += 1 }
        } else {
          least = (digest, number)
        }
      }
      guard let (digest, number) = least else { return }
      let states = books[number]
      let id = states.ids[places[number]]
      places[number] += 1
      try visitor.visit(
        digest,
        rows: states.book.rows(of: id).span,
        of: states.book,
        number: number
      )
    }
  }
}
