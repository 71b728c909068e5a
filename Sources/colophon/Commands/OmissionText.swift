import Files
import Studio

/// Why a ledger is not believed whose index leaves out an entry: what shows it is kept first.
enum OmissionText {
    /// Writes what there is of the evidence, never over another file.
    static func failure(_ entry: LeftOutEntry, at place: OmissionPlace) -> Failure {
        switch entry {
        case .convicts(let omission): failure(omission, at: place)
        case .withheld(let withheld): failure(withheld, at: place)
        }
    }

    /// Writes what convicts the ledger, never over another file.
    static func failure(_ omission: OmissionEvidence, at place: OmissionPlace) -> Failure {
        let words = "is convicted: " + IndexConvictionText.words(omission.conviction)
        return kept(words, at: place) { folder throws(FileError) in
            try omission.keep(in: folder)
        } hint: { path in
            let command = JudgingCommand(
                path, by: "--trust \(ShellWord.quoted(place.kitPath ?? "KIT"))")
            let check = [place.renewal(before: omission), command.text].compactMap(\.self)
            return "publish \(command.proof); to check it: " + check.joined(separator: " && ")
        }
    }

    /// Writes the half of the evidence that there is.
    private static func failure(_ withheld: WithheldReceipt, at place: OmissionPlace) -> Failure {
        let words = "its index leaves out entry \(withheld.index), and \(reason(withheld))"
        return kept(words, at: place) { folder throws(FileError) in
            try withheld.keep(in: folder)
        } hint: { path in
            "keep \(path), which is signed, and a copy of the log: colophon mirror"
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

    /// Keeps a file, and says what became of it; `hint` says what to do with the file at a path.
    private static func kept(
        _ words: String, at place: OmissionPlace,
        _ keep: (OmissionFolder) throws(FileError) -> OmissionFolder.Outcome,
        hint: (String) -> String
    ) -> Failure {
        let folder = place.folder
        do throws(FileError) {
            switch try keep(folder) {
            case .kept(let path): return .no(place.ledger, words, hint: hint(path))
            case .full:
                let name = folder.path == "." ? "this folder" : folder.path
                return .no(
                    place.ledger,
                    "\(words); what shows it was not kept: \(name) has "
                        + "\(OmissionFolder.fileLimit) files about entries that are left out, "
                        + "and no more are written",
                    hint: "publish those; move them away, and this one is kept at the next look")
            }
        } catch {
            return .no(
                place.ledger,
                "\(words), and what shows it could not be written: \(error.path): \(error.words)",
                hint: "mend that, and run the same command again")
        }
    }
}
