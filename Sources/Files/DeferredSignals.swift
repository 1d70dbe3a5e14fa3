#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Does `body`, and lets what asks the program to end wait until that is done.
///
/// Those are SIGINT, SIGTERM and SIGHUP, on this thread; others must not be at work.
///
/// - Parameter body: What is not to be cut short.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
package func deferringSignals<Result>(_ body: () throws -> Result) rethrows -> Result {
  var signals = sigset_t()
  var before = sigset_t()
  unsafe sigemptyset(&signals)
  for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
  unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
  defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
  return try body()
}
