internal import Analysis
internal import Bytes

/// Reads the variants of an experiment.
struct VariantReader {
  private(set) var variants: [ExperimentPlan.Variant] = []
  /// Where the name of each is.
  private var places: [Place] = []
  /// Where the weight of each is.
  private var weightPlaces: [Place?] = []

  /// The variants, as far as they can be told without the control; `nil` where the key is absent.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  static func read(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> VariantReader? {
    var found = VariantReader()
    let place = try reader.entries("variants") {
      (name, reader, place) throws(ConfigurationFault) in
      try found.add(name, &reader, place)
    }
    guard let place else { return nil }
    guard found.variants.count >= 2 else {
      throw reader.fault(
        "variants",
        at: place,
        "needs at least two variants; without the key they are the values that were seen"
      )
    }
    return found
  }

  private mutating func add(
    _ name: Located<String>,
    _ reader: inout MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) {
    let value = try reader.flagValue("value")
    let weight = try reader.number("weight", "a number above 0") { $0 > 0 }
    try reader.finish()
    guard variants.count < ExperimentLimits.variants else {
      throw reader.fault(
        at: name.place,
        "is one too many; there may be \(ExperimentLimits.variants)"
      )
    }
    guard let label = LabelText(setting: name.value) else {
      throw reader.fault(at: name.place, "is not called by \(LabelText.form)")
    }
    // To YAML, 1 and "1" are two keys.
    guard !variants.contains(where: { $0.name == name.value }) else {
      throw reader.fault(at: name.place, "is given twice")
    }
    guard let value else { throw reader.fault("value", at: place, "is missing") }
    // What looks the same may be other bytes.
    let other = variants.first {
      $0.value.map { Array($0.utf8) } == value.value.map { Array($0.utf8) }
    }
    if let other {
      throw reader.fault("value", at: value.place, "is that of \(other.name) too")
    }
    variants.append(
      ExperimentPlan.Variant(name: label.settingText, value: value.value, weight: weight?.value)
    )
    places.append(name.place)
    weightPlaces.append(weight?.place)
  }

  /// Checks the name of the control, and gives it what is left of 100 where it alone has no weight.
  ///
  /// - Parameters:
  ///   - control: The name that is given.
  ///   - reader: The reader of the experiment.
  /// - Throws: ``ConfigurationFault``.
  mutating func complete(
    _ control: Located<String>?,
    _ reader: MappingReader
  ) throws(ConfigurationFault) {
    let name = control?.value ?? "control"
    let place = variants.firstIndex { $0.name == name }
    if let control, place == nil {
      let advice = Spelling.advice(name, known: variants.map(\.name), of: "variants")
      throw reader.fault("control", at: control.place, "there is no variant \(name); \(advice)")
    }
    let missing = variants.indices.filter { variants[$0].weight == nil }
    guard !missing.isEmpty, missing.count < variants.count else { return }
    guard let place, missing == [place] else {
      let first = missing.first { $0 != place } ?? missing[0]
      throw reader.fault(
        "variants.\(variants[first].name).weight",
        at: places[first],
        "is missing; all variants have one or none has, but for the control, which gets what is left of 100"
      )
    }
    let sum = variants.reduce(0) { $0 + ($1.weight ?? 0) }
    guard sum < 100 else {
      throw reader.fault(
        "variants.\(variants[place].name).weight",
        at: places[place],
        "is missing, and the weights of the others leave nothing of 100 for it; give it one"
      )
    }
    variants[place].weight = 100 - sum
  }
}
