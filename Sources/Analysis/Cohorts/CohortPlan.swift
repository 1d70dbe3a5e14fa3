internal import Bytes

/// A cohort of the configuration: identities that came at the same time, or that fulfil a condition.
package struct CohortPlan: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case retention(Retention)
    case members(Condition)
  }

  /// Who came back, by the period in which identities came first.
  package struct Retention: Sendable, Equatable {
    /// When an identity enters.
    package enum Start: Sendable, Equatable {
      case firstSeen
      /// The first observation in which this feature was enabled.
      case firstExposure(feature: String)
    }

    package enum Period: String, CaseIterable, Sendable {
      case day
      /// From Monday to Sunday (ISO 8601).
      case week
      case month
    }

    /// What cohorts are broken down by, as it was when the identity entered.
    package enum Breakdown: Sendable, Equatable {
      case feature(String)
      case segment(String)
      case trait(String)
    }

    package var start: Start
    package var period: Period
    package var breakdown: Breakdown?

    package init(start: Start, period: Period, breakdown: Breakdown? = nil) {
      self.start = start
      self.period = period
      self.breakdown = breakdown
    }
  }

  package var name: String
  package var kind: Kind

  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

extension CohortPlan.Retention {
  /// `first_seen`, or `first_exposure:` and the feature.
  package var startName: String {
    switch start {
    case .firstSeen: "first_seen"
    case .firstExposure(let feature): "first_exposure:\(feature)"
    }
  }

  /// Empty for none, else `feature:`, `segment:` or `trait:` and the name.
  package var breakdownName: String {
    switch breakdown {
    case nil: ""
    case .feature(let name): "feature:\(name)"
    case .segment(let name): "segment:\(name)"
    case .trait(let name): "trait:\(name)"
    }
  }
}

extension CohortPlan.Retention.Period {
  /// The number of the period that a date is in; those that follow each other have numbers that do.
  func number(of day: Int) -> Int {
    switch self {
    case .day: day
    // 1970-01-01 was a Thursday.
    case .week: (day + 3).flooredDivision(by: 7).quotient
    case .month:
      CivilDate(daysSinceEpoch: day).year * 12 + CivilDate(daysSinceEpoch: day).month - 1
    }
  }

  /// The first date of a period.
  func start(_ number: Int) -> Int {
    switch self {
    case .day: return number
    case .week: return number * 7 - 3
    case .month:
      let (year, month) = number.flooredDivision(by: 12)
      return CivilDate(year: year, month: month + 1, day: 1)?.daysSinceEpoch ?? 0
    }
  }
}
