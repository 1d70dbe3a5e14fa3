internal import Foundation

/// State that several threads share, and wait for changes of.
///
/// - SeeAlso: Hoare, *Monitors: An Operating System Structuring Concept*, CACM 17(10), 1974.
final class Monitor<State>: @unchecked Sendable {
  private let condition = NSCondition()
  private var state: State

  init(_ state: State) { self.state = state }

  /// Lets `body` alone use the state; it makes no change that anybody waits for.
  func use<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body(&state)
  }

  /// Lets `body` alone use the state, and wakes those who wait for a change of it.
  func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return try body(&state)
  }

  /// Waits until `body`, which alone uses the state, has a result.
  func wait<Result>(until body: (inout State) -> Result?) -> Result {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = body(&state) { return result }
      condition.wait()
    }
  }
}

/// Runs `body` on `count` threads, the caller's among them, and waits for all.
func concurrently(_ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void) {
  let running = Monitor(count - 1)
  for index in 1..<max(1, count) {
    let thread = Thread {
      body(index)
      running.change { $0 -= 1 }
    }
    thread.stackSize = 8 << 20
    thread.start()
  }
  body(0)
  running.wait { $0 <= 0 ? () : nil }
}

/// Calls `body` for every element, each on a thread of its own where there may be several, and waits for all.
func concurrentlyForEach<Element: Sendable>(
  _ elements: [Element],
  jobs: Int,
  _ body: @escaping @Sendable (Element) -> Void
) {
  guard jobs > 1 else { return elements.forEach(body) }
  concurrently(elements.count) { body(elements[$0]) }
}
