import Analysis
import Bytes
import Configuration

/// The experiments of a configuration, of which some are asked for.
struct ExperimentSelection {
  private let file: ConfigurationFile?

  init(_ file: ConfigurationFile?) { self.file = file }

  /// The experiments with these names, in the order of the file; all where no names are given.
  ///
  /// - Throws: ``CommandFailure`` where there are none, or none of a name.
  func experiments(_ names: [String]) throws -> [DeclaredExperiment] {
    let declared = file?.experiments?.value ?? []
    guard !declared.isEmpty else {
      let path = file?.path ?? ConfigurationTemplate.fileName
      let first =
        file == nil
        ? "there is no configuration; `hooksift init` writes one, in which"
        : "\(path): there are no experiments;"
      throw CommandFailure(
        .configuration,
        "\(first) each goes below `experiments:` with its name, feature, start, end and metrics, as in the template of `hooksift init`"
      )
    }
    let known = declared.map(\.plan.name)
    for name in names where !known.contains(name) {
      let advice = Spelling.advice(name, known: known, of: "experiments")
      throw CommandFailure(.configuration, "there is no experiment \(name); \(advice)")
    }
    return declared.filter { names.isEmpty || names.contains($0.plan.name) }
  }
}
