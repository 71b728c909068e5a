import Files
import Studio

/// Why a ledger is not believed whose index leaves out an entry: what shows it is kept first.
enum OmissionText {
    /// Writes what convicts the ledger at `desk` beside the trust kit, or where the command runs,
    /// and never over another file.
    static func failure(_ omission: OmissionEvidence, at desk: LogDesk) -> Failure {
        let words = IndexConvictionText.words(omission.conviction)
        do throws(FileError) {
            let isNamed = desk.kit.map { Place.split($0.path) != nil } ?? false
            let folder =
                if let kit = desk.kit, isNamed { try Place(kit.path).folder } else {
                    try Folder(".")
                }
            try omission.write(in: folder)
            let command = JudgingCommand(
                folder.path(of: omission.fileName),
                by: "--trust \(ShellWord.quoted(desk.kit?.path ?? "KIT"))")
            return .no(
                desk.place, "is convicted: \(words)",
                hint: "publish \(command.proof); to check it: \(command.text)")
        } catch {
            return .no(
                desk.place,
                "is convicted: \(words), and what shows it could not be written: "
                    + "\(error.path): \(error.words)",
                hint: "mend that, and run the same command again")
        }
    }
}
