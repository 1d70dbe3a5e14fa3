internal import Archives

/// What the workers of an ingestion have to do: archives, the largest first, and when none is left, helping with one.
final class ArchiveQueue: Sendable {
  /// What a worker does next.
  enum Task {
    case ingest(Archive, BlockExchange)
    case help(BlockExchange)
  }

  private struct State {
    /// The largest last.
    var waiting: [Archive]
    var active: [BlockExchange] = []
    var isStopped = false
  }

  private let monitor: Monitor<State>

  /// - Parameter archives: In the order in which those of one size are read.
  init(_ archives: [Archive]) {
    let sized = archives.enumerated().map { (place: $0, archive: $1, size: $1.byteCount ?? .max) }
    let sorted = sized.sorted { left, right in
      left.size != right.size ? left.size < right.size : left.place > right.place
    }
    monitor = Monitor(State(waiting: sorted.map(\.archive)))
  }

  /// What is to be done next; `nil` at the end.
  func next() -> Task? {
    monitor.use { state in
      if state.isStopped { return nil }
      if let archive = state.waiting.popLast() {
        let exchange = BlockExchange()
        state.active.append(exchange)
        return .ingest(archive, exchange)
      }
      guard let exchange = state.active.min(by: { $0.helperCount < $1.helperCount }) else {
        return nil
      }
      exchange.join()
      return .help(exchange)
    }
  }

  /// Puts an archive that was taken for a copy back in the queue.
  func add(_ archive: Archive) { monitor.change { $0.waiting.append(archive) } }

  /// Says that an archive is done with, and what its helpers do with what they have of it.
  func finish(_ exchange: BlockExchange, _ verdict: BlockExchange.Verdict) {
    monitor.change { state in state.active.removeAll { $0 === exchange } }
    exchange.finish(verdict)
  }

  /// Makes ``next()`` give out nothing more.
  func stop() { monitor.change { $0.isStopped = true } }
}
