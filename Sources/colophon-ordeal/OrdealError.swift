import ArgumentParser

/// Why an ordeal ends early.
enum OrdealError: Error, CustomStringConvertible {
    /// The ledger broke a promise. Look at the folder that is kept.
    case broken(String)

    /// The ordeal could not be run: something that it needs is missing or failed.
    case cannotRun(String)

    /// Anything that is not a promise: a program that is missing, a folder that cannot be made.
    init(_ error: any Error) {
        self = error as? OrdealError ?? .cannotRun("\(error)")
    }

    var description: String {
        switch self {
        case .broken(let what): "a promise is broken: \(what)"
        case .cannotRun(let what): "cannot be run: \(what)"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .broken: ExitCode(1)
        case .cannotRun: ExitCode(2)
        }
    }
}
