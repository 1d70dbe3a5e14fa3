import Archives
import Configuration
import Files
import Lake
import Parquet
import Pipeline
import Runs
import Spreadsheet
import SystemPackage

/// How a command ends, in the numbers of `sysexits.h`.
enum ExitStatus: Int32 {
  case done = 0
  case usage = 64
  /// Done and published, but not with everything.
  case data = 65
  case noInput = 66
  case software = 70
  case cannotCreate = 73
  case inputOutput = 74
  case temporary = 75
  case configuration = 78
}

/// Why a command stopped, for the person who reads it.
struct CommandFailure: Error {
  let code: ExitStatus
  /// What, where, and what to do.
  let message: String

  init(_ code: ExitStatus, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What an error of a lower module means for the command; `nil` for those of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let fault as ConfigurationFault: self.init(.configuration, fault.description)
    case let locked as Workspace.Locked: self.init(.temporary, locked.description)
    case let missing as LakeReader.Missing: self.init(.noInput, missing.description)
    case let damaged as LakeReader.Damaged: self.init(.inputOutput, damaged.description)
    case let failure as RebuildFailure: self.init(.data, failure.description)
    case let fault as ForgottenKey.Fault: self.init(.configuration, fault.description)
    case let failure as FileFailure: self.init(.inputOutput, Self.advice(failure))
    case let damaged as DamagedJournal: self.init(.inputOutput, damaged.description)
    case let damaged as DamagedRun: self.init(.inputOutput, damaged.description)
    case let failure as ArchiveError: self.init(.inputOutput, failure.description)
    case let fault as SpreadsheetError: self.init(.data, fault.description)
    case let failure as ParquetError:
      self.init(.inputOutput, "\(failure.description); the lake is damaged, build it again")
    default: return nil
    }
  }

  private static func advice(_ failure: FileFailure) -> String {
    switch failure.errno {
    case .noSpace:
      "\(failure); nothing was published: make room, or choose another --output, and run again"
    case .permissionDenied: "\(failure); check the permissions of the directory"
    default: failure.description
    }
  }
}
