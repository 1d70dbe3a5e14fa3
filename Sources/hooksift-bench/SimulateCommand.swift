import ArgumentParser
import Statistics

/// How often the statistics are wrong, over experiments whose truth is known.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract:
      "Simulate experiments: false positives with and without looking, and coverage of intervals.",
    discussion: """
      Two arms of identities that convert at the baseline, or with a lift, at random from a seed. Printed are shares of the experiments; \
      those of a fixed test and of misses should be 5 %, and looking at the sequential interval at most that.
      """
  )

  @Option(help: "Experiments of each kind.")
  var experiments = 2000

  @Option(help: "Identities per arm.")
  var identities = 5000

  @Option(help: "How often the sequential interval, and the fixed one, are looked at.")
  var looks = 20

  @Option(help: "The lift of the experiments with an effect.")
  var lift = 0.2

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  func validate() throws {
    guard experiments > 0, identities > 1, looks > 0, looks <= identities, lift > -1 else {
      throw ValidationError(
        "there must be experiments, at least two identities, and a look for some of them"
      )
    }
  }

  func run() throws {
    var generator = SplitMix64(state: seed)
    print(
      "\(experiments) experiments of \(identities) identities per arm, \(looks) looks, seed \(seed)\n"
    )
    print(
      "baseline  lift   p < 5 %: fixed  when looking  sequential | covered: absolute  Fieller  delta  sequential"
    )
    for baseline in [0.01, 0.2] {
      for lift in [0, lift] {
        var tally = Tally()
        for _ in 0..<experiments { experiment(baseline, lift, &tally, &generator) }
        print(tally.row(baseline, lift, experiments))
      }
    }
  }

  private func experiment(
    _ baseline: Double,
    _ lift: Double,
    _ tally: inout Tally,
    _ generator: inout SplitMix64
  ) {
    let rate = baseline * (1 + lift)
    let pivot = UnitValues(numerator: 0)
    var (control, treatment) = (UnitMoments(pivot: pivot), UnitMoments(pivot: pivot))
    var (looked, sequential, missed) = (false, false, false)
    var last: Comparison?
    for look in 1...looks {
      while control.count < identities * look / looks {
        control.add(
          UnitValues(numerator: Double.random(in: 0..<1, using: &generator) < baseline ? 1 : 0)
        )
        treatment.add(
          UnitValues(numerator: Double.random(in: 0..<1, using: &generator) < rate ? 1 : 0)
        )
      }
      let comparison = Comparison(
        control: control,
        treatment: treatment,
        kind: .proportion,
        adjusts: false,
        settings: AnalysisSettings()
      )
      if let test = comparison.absolute, test.pValue < 0.05 { looked = true }
      if let test = comparison.sequentialAbsolute {
        if !test.interval.contains(0) { sequential = true }
        if !test.interval.contains(rate - baseline) { missed = true }
      }
      last = comparison
    }
    guard let last, let test = last.absolute else { return }
    if test.pValue < 0.05 { tally.fixed += 1 }
    if looked { tally.looked += 1 }
    if sequential { tally.sequential += 1 }
    if test.interval.contains(rate - baseline) { tally.absolute += 1 }
    if last.fieller.map({ $0.allows(lift) }) ?? true { tally.fieller += 1 }
    if last.delta.map({ $0.interval.contains(lift) }) ?? true { tally.delta += 1 }
    if !missed { tally.always += 1 }
  }
}

/// In how many experiments something was so.
private struct Tally {
  var fixed = 0
  var looked = 0
  var sequential = 0
  var absolute = 0
  var fieller = 0
  var delta = 0
  /// The sequential interval held the truth at every look.
  var always = 0

  func row(_ baseline: Double, _ lift: Double, _ count: Int) -> String {
    func cell(_ part: Int, _ width: Int) -> String {
      padded("\((Double(part) / Double(count) * 10_000).rounded() / 100) %", width)
    }
    return padded("\(baseline * 100) %", 8) + padded("\(lift * 100) %", 7) + cell(fixed, 15)
      + cell(looked, 14) + cell(sequential, 12) + " |" + cell(absolute, 18) + cell(fieller, 9)
      + cell(delta, 9) + cell(always, 9)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}

extension FiellerLift {
  /// Whether a lift is not contradicted.
  fileprivate func allows(_ lift: Double) -> Bool {
    switch bounds {
    case .interval(let interval): interval.contains(lift)
    case .outside(let low, let high):
      !((low.map { $0 < lift } ?? true) && (high.map { lift < $0 } ?? true))
    case .everything: true
    }
  }
}
