package import Analysis
package import Observations
package import Tables

/// What a configuration file says; `nil` where it says nothing.
package struct ConfigurationFile: Sendable {
  /// The file's absolute path.
  package let path: String

  package internal(set) var archives: Located<[String]>?
  package internal(set) var output: Located<PathText>?
  package internal(set) var envelope: Located<Envelope>?
  package internal(set) var requiresSignature: Located<Bool>?
  package internal(set) var secrets: Located<[SecretDeclaration]>?
  package internal(set) var windowKind: Located<WindowPolicy.Kind>?
  package internal(set) var windowSize: Located<WindowLength>?
  package internal(set) var timeZone: Located<ZoneName>?
  package internal(set) var exposures: Located<SummaryPlan.Exposures>?
  package internal(set) var topValues: Located<ValueCount>?
  package internal(set) var traits: Located<PersonalData.Traits>?
  package internal(set) var pepper: Located<SecretSource>?
  package internal(set) var formulas: Located<CSVWriter.Formulas>?
  package internal(set) var delimiter: Located<CSVDelimiter>?
  package internal(set) var excel: Located<Bool>?
  package internal(set) var jobs: Located<JobCount>?
  package internal(set) var memory: Located<ByteSize>?
  package internal(set) var maxRejected: Located<Share>?
  package internal(set) var settle: Located<TimeLength>?
  package internal(set) var since: Located<DateText>?
  package internal(set) var until: Located<DateText>?
  package internal(set) var cohorts: Located<[CohortPlan]>?
  package internal(set) var segmentFlows: Located<Bool>?
  package internal(set) var experiments: Located<[DeclaredExperiment]>?

  init(path: String) { self.path = path }
}
