internal import Bytes
internal import Lake

/// In how many distinct windows of identities the features of plans had which values, in the dates of each plan.
struct SeenPlanValues {
  /// One count: a value of a plan's feature, where it exposes or where it does not.
  private struct Slot {
    let plan: Int
    let value: ByteText?
    let isExposing: Bool
    var windows: Int64 = 0
    var lastIdentity: Int64 = 0
    var lastWindow: Int64 = 0
  }

  private let plans: [ExperimentPlan]
  private var slots: [Slot] = []
  /// The slots of each state of flags.
  private var slotsOfState: [[Int32]]
  /// Which plans the date at hand belongs to.
  private var isActive: [Bool]
  /// The number of the identity at hand.
  private var identity: Int64 = 1

  /// - Parameters:
  ///   - lake: The lake.
  ///   - partitions: Its partitions of `observations`.
  ///   - features: What its states name.
  ///   - subjects: The plans.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of the dates of all plans, each of which is read once.
  init(
    _ lake: LakeReader,
    _ partitions: [LakeReader.File],
    _ features: FeatureCatalog,
    _ subjects: [PlanSubject]
  ) throws {
    plans = subjects.map(\.plan)
    isActive = Array(repeating: false, count: plans.count)
    slotsOfState = Array(repeating: [], count: features.flagCells.stateCount)
    var slotsOfCell: [Int32: [Int32]] = [:]
    for (plan, subject) in subjects.enumerated() where subject.canBeCounted {
      for (place, cell) in features.cells(of: subject.plan.feature, in: subject.environment) {
        let isExposing = cell.enabled || subject.plan.exposure == .always
        let slot = slot(plan, cell.value, isExposing)
        slotsOfCell[place, default: []].append(slot)
      }
    }
    setStates(features.flagCells, slotsOfCell)
    for partition in partitions {
      guard let day = partition.day else { continue }
      for (plan, subject) in subjects.enumerated() {
        isActive[plan] = subject.canBeCounted && subject.dates?.contains(day) == true
      }
      guard isActive.contains(true) else { continue }
      let scan = ObservationScan(
        partition,
        flagCells: features.flagCells,
        segmentCells: features.segmentCells
      )
      try scan.forEach(&self)
    }
  }

  private mutating func slot(_ plan: Int, _ value: ByteText?, _ isExposing: Bool) -> Int32 {
    let known = slots.firstIndex {
      $0.plan == plan && $0.value == value && $0.isExposing == isExposing
    }
    if let known { return Int32(known) }
    slots.append(Slot(plan: plan, value: value, isExposing: isExposing))
    return Int32(slots.count - 1)
  }

  private mutating func setStates(_ cells: StateCells, _ slotsOfCell: [Int32: [Int32]]) {
    guard !slotsOfCell.isEmpty else { return }
    let places = cells.allPlaces
    for state in slotsOfState.indices {
      for index in cells.range(Int32(state)) {
        // A state may name a feature twice.
        for slot in slotsOfCell[places[index]] ?? [] where !slotsOfState[state].contains(slot) {
          slotsOfState[state].append(slot)
        }
      }
    }
  }

  /// The values of a plan's feature, with the variants that have them, sorted by their bytes.
  ///
  /// One that was seen on other dates alone has no windows.
  func values(of plan: Int) -> [PlanCheckResult.SeenValue] {
    var windows: [ByteText?: (exposing: Int64, other: Int64)] = [:]
    for slot in slots where slot.plan == plan {
      var counts = windows[slot.value] ?? (0, 0)
      if slot.isExposing { counts.exposing = slot.windows } else { counts.other = slot.windows }
      windows[slot.value] = counts
    }
    return windows.keys.sorted { $0 < $1 }.map { value in
      PlanCheckResult.SeenValue(
        value: value?.string,
        variant: plans[plan].variants.first { $0.value.map { ByteText($0) } == value }?.name,
        exposingWindows: windows[value]?.exposing ?? 0,
        otherWindows: windows[value]?.other ?? 0
      )
    }
  }
}

extension SeenPlanValues: StretchVisitor {
  mutating func visit(flags: Stretch, identity _: Span<UInt8>) {
    guard flags.state >= 0 else { return }
    for place in slotsOfState[Int(flags.state)] {
      var slot = slots[Int(place)]
      guard isActive[slot.plan] else { continue }
      let isSameWindow = slot.lastIdentity == identity && slot.lastWindow == flags.firstWindow
      slot.windows += flags.windows - (isSameWindow ? 1 : 0)
      slot.lastIdentity = identity
      slot.lastWindow = flags.lastWindow
      slots[Int(place)] = slot
    }
  }

  mutating func visit(segments: Stretch) {}

  mutating func endIdentity() throws { identity += 1 }

  mutating func endEnvironment(_ environment: Int64?) throws {}
}
