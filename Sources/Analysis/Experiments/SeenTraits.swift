internal import Bytes
internal import Lake
internal import Tables

/// Which traits identities had in the dates of plans, and values of which types.
struct SeenTraits {
  /// The types of values, one bit each.
  struct Types: OptionSet {
    let rawValue: UInt8

    static let text = Types(rawValue: 1)
    static let null = Types(rawValue: 2)
    /// Integers, other numbers, and booleans, which are 0 and 1.
    static let number = Types(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The type that a row of `trait_values` names.
    init(name: Span<UInt8>) {
      if name.equals("string") {
        self = .text
      } else if name.equals("null") {
        self = .null
      } else {
        self = .number
      }
    }
  }

  /// The names of all traits that were met, sorted.
  private(set) var names: [String] = []
  private var interned = ByteInterner()
  /// By plan and trait.
  private var found: [[Types]]

  /// - Parameters:
  ///   - lake: The lake.
  ///   - subjects: The plans, of which those that name no traits are passed over.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of the dates of those plans, each of which is read once.
  init(_ lake: LakeReader, _ subjects: [PlanSubject]) throws {
    found = Array(repeating: [], count: subjects.count)
    for file in try lake.files(.traitValues) {
      let active = subjects.indices.filter { place in
        guard let day = file.day, let dates = subjects[place].traitDates else { return false }
        return dates.contains(day)
      }
      if !active.isEmpty { try add(file, active.map { ($0, subjects[$0]) }) }
    }
    names = interned.order().map { ByteText(interned[$0]).string }
  }

  private mutating func add(
    _ file: LakeReader.File,
    _ active: [(place: Int, subject: PlanSubject)]
  ) throws {
    var types: [Types] = []
    var environment: Int64?
    try file.forEachBatch(columns: [0, 2, 3]) { batch in
      let environments = batch.columns[0]
      let traits = batch.columns[1].texts
      let valueTypes = batch.columns[2].texts
      for row in 0..<batch.rowCount {
        if environments.integer(row) != environment {
          fold(&types, environment, active)
          environment = environments.integer(row)
        }
        let trait = Int(interned.intern(traits[row]))
        while types.count <= trait { types.append([]) }
        types[trait].formUnion(Types(name: valueTypes[row]))
      }
    }
    fold(&types, environment, active)
  }

  /// Adds what was seen of an environment to those plans that are about it.
  private mutating func fold(
    _ types: inout [Types],
    _ environment: Int64?,
    _ active: [(place: Int, subject: PlanSubject)]
  ) {
    for (place, subject) in active
    where !subject.knowsEnvironment || subject.environment == environment {
      while found[place].count < types.count { found[place].append([]) }
      for trait in types.indices { found[place][trait].formUnion(types[trait]) }
    }
    types.removeAll(keepingCapacity: true)
  }

  /// Which values a plan's trait had; none where it was not seen.
  func seen(by plan: Int) -> (String) -> Types {
    { trait in
      let name = Array(trait.utf8)
      guard let id = interned.find(name.span), Int(id) < found[plan].count else { return [] }
      return found[plan][Int(id)]
    }
  }
}

extension PlanSubject {
  private static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The dates whose traits count, those before the start too that a covariate takes in; `nil` where no traits are named.
  fileprivate var traitDates: Range<Int>? {
    guard let dates, plan.namesTraits else { return nil }
    let longest = plan.metrics.compactMap(\.covariateLookback).max() ?? 0
    let days = (longest + Self.microsecondsPerDay - 1) / Self.microsecondsPerDay
    return dates.lowerBound - Int(days)..<dates.upperBound
  }
}

extension ExperimentPlan {
  fileprivate var namesTraits: Bool {
    let sources = metrics.flatMap { [$0.source, $0.denominator?.source].compactMap(\.self) }
    let isInSources = sources.contains { if case .trait = $0 { true } else { false } }
    return isInSources || slices.contains { if case .trait = $0 { true } else { false } }
  }
}
