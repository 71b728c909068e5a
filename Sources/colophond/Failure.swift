import Files
import HTTPService
import Ledger
import LedgerStore
import Settings

/// Why a command ends, in one line, with what to do about it in another.
struct Failure: Error {
    /// Exit code: the answer is no.
    static let no: Int32 = 1

    /// Exit code: a mistake in what the program was told.
    static let usage: Int32 = 2

    /// Exit code: the ledger or the network failed; trying again may help.
    static let unavailable: Int32 = 3

    let line: String
    let hint: String?
    let code: Int32

    init(_ line: String, hint: String? = nil, code: Int32 = usage) {
        self.line = line
        self.hint = hint
        self.code = code
    }

    init(_ error: SettingsError) {
        self.init("\(error)", hint: error.hint)
    }

    init(_ error: ServerError) {
        self.init(
            "\(error)", hint: "choose another address with --listen, or stop the process there",
            code: Self.unavailable)
    }

    init(_ error: TLSError) {
        self.init("\(error)", hint: error.hint)
    }

    /// Says why a ledger could not be made or opened; the exit code is the error's remedy.
    init(_ error: LedgerError, data: String) {
        let (line, hint): (String, String?) =
            switch error {
            case .noLedger:
                (
                    "\(error)",
                    "make one: colophond init --data \(ShellWord.quoted(data)) --origin HOST "
                        + "--admin admin.pub.pem"
                )
            case .exists:
                ("\(error)", "name a folder that does not exist; nothing was changed")
            case .inUse: ("\(error)", "stop the other colophond, or name another folder")
            case .formatVersion:
                ("\(data): \(error)", "use the version of colophond that wrote the folder")
            case .diskFull: ("\(error)", "make room on this disk")
            case .diskFailing: ("\(error)", "look at the disk, and at what the system logs of it")
            case .corrupt: ("\(data): \(error)", "restore the folder from a backup")
            case .corruptIndex:
                ("\(data): \(error)", "colophond index rebuild --data \(ShellWord.quoted(data))")
            case .engine where error.remedy == .look:
                ("\(data): \(error)", "restore the folder from a backup")
            case .engine, .closed, .cancelled: ("\(data): \(error)", nil)
            case .missing, .notOurs, .unfit, .damaged, .shortage, .badRequest, .oldCopy, .fork,
                .held, .cannotSign, .tryAgain:
                ("\(error)", nil)
            }
        self.init(line, hint: hint, code: error.remedy.rawValue)
    }

    /// Writes `colophond: LINE` and the hint to standard error.
    func say() {
        Output.say("colophond: \(line)")
        if let hint { Output.say("  hint: \(hint)") }
    }
}
