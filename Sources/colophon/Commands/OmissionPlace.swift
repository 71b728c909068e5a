import Files
import HTTPCalls
import Provenance
import Studio

/// Where a command keeps what shows that a ledger's index leaves an entry out, and by which kit a
/// person checks it.
struct OmissionPlace {
    /// The ledger, for words.
    let ledger: String

    /// The path of the trust kit; nil where none was named.
    let kitPath: String?

    /// The folder in which files are kept.
    let folder: OmissionFolder

    private let kit: TrustKit?
    private let address: String?

    /// Beside the trust kit of a desk, or where the command runs.
    init(of desk: LogDesk) {
        ledger = desk.place
        kitPath = desk.kit?.path
        kit = desk.trust.kit
        address = desk.ledger
        folder = Self.folder(beside: desk.kit?.path)
    }

    /// Beside a trust kit that was named.
    init(beside named: NamedKit, of ledger: ServiceURL) {
        self.ledger = "\(ledger)"
        kitPath = named.path
        // Verified before the ledger was asked; where it is not, no hint rests on it.
        kit = try? named.kit()
        address = "\(ledger)"
        folder = Self.folder(beside: named.path)
    }

    /// In the folder that a spool has for it: a kit may lie where its user cannot write.
    init(in spool: Spool, by kit: TrustKit?, of ledger: ServiceURL) {
        self.ledger = "\(ledger)"
        kitPath = spool.settings.trust
        self.kit = kit
        address = "\(ledger)"
        folder = OmissionFolder(
            spool.folder.path(of: Spool.Part.evidence.rawValue), making: true)
    }

    /// The folder of a kit, or the one where the command runs.
    private static func folder(beside kit: String?) -> OmissionFolder {
        OmissionFolder(kit.flatMap { Place.split($0)?.parent } ?? ".")
    }

    /// The command that brings the kit up to date, where it does not know the key that signed the
    /// evidence and would acquit; nil where it convicts.
    func renewal(before omission: OmissionEvidence) -> String? {
        guard let kitPath, let kit, let address, !omission.convicts(by: kit) else { return nil }
        return CommandLineText.trustUpdate(kitPath, at: address)
    }
}
