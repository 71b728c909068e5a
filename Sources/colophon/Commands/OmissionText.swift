import Files
import Studio

/// Why a ledger is not believed whose index leaves out an entry: what shows it is kept first.
enum OmissionText {
    /// Writes what convicts the ledger at `desk` beside the trust kit, or where the command runs,
    /// and never over another file.
    static func failure(_ omission: OmissionEvidence, at desk: LogDesk) -> Failure {
        let words = "is convicted: " + IndexConvictionText.words(omission.conviction)
        do throws(FileError) {
            let folder = try folder(at: desk)
            try omission.write(in: folder)
            let command = JudgingCommand(
                folder.path(of: omission.fileName),
                by: "--trust \(ShellWord.quoted(desk.kit?.path ?? "KIT"))")
            let check = [renewal(before: omission, at: desk), command.text].compactMap(\.self)
            return .no(
                desk.place, words,
                hint: "publish \(command.proof); to check it: "
                    + check.joined(separator: " && "))
        } catch {
            return unwritten(words, error, at: desk)
        }
    }

    /// Writes the half of the evidence that there is in the same place.
    static func failure(_ withheld: WithheldReceipt, at desk: LogDesk) -> Failure {
        let words = "its index leaves out entry \(withheld.index), and \(reason(withheld))"
        do throws(FileError) {
            let folder = try folder(at: desk)
            try withheld.write(in: folder)
            return .no(
                desk.place, words,
                hint: "keep \(folder.path(of: withheld.fileName)), which is signed, and a copy of "
                    + "the log: colophon mirror")
        } catch {
            return unwritten(words, error, at: desk)
        }
    }

    private static func reason(_ withheld: WithheldReceipt) -> String {
        switch withheld.reason {
        case .noReceipt: "it gives no receipt of that"
        case .receiptFollows: "it says that the receipt of that follows"
        case .failed(let error): "its receipt could not be had: \(error)"
        case .notUsable: "what it gives as its record convicts nobody"
        }
    }

    /// The command that brings the kit up to date, where it does not know the key that signed the
    /// evidence and would acquit; nil where it convicts.
    private static func renewal(before omission: OmissionEvidence, at desk: LogDesk) -> String? {
        guard let named = desk.kit, let kit = desk.trust.kit, let ledger = desk.ledger,
            !omission.convicts(by: kit)
        else { return nil }
        return CommandLineText.trustUpdate(named.path, at: ledger)
    }

    private static func folder(at desk: LogDesk) throws(FileError) -> Folder {
        guard let kit = desk.kit, Place.split(kit.path) != nil else { return try Folder(".") }
        return try Place(kit.path).folder
    }

    private static func unwritten(
        _ words: String, _ error: FileError, at desk: LogDesk
    ) -> Failure {
        .no(
            desk.place,
            "\(words), and what shows it could not be written: \(error.path): \(error.words)",
            hint: "mend that, and run the same command again")
    }
}
