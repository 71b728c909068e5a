import Encoding
import Merkle
import Provenance
import Studio

/// Whom a kit believes about the time: authorities, and the calendars that decide nothing.
struct DatingText {
    private let kit: TrustKit

    /// The authorities; nil where the kit's certificates cannot be read.
    private let authorities: [KitEvidence.Authority]?

    /// Why they cannot.
    private let fault: String?

    init(_ kit: TrustKit) {
        self.kit = kit
        do throws(TrustKitError) {
            (authorities, fault) = (try KitEvidence.authorities(of: kit), nil)
        } catch {
            (authorities, fault) = (nil, "\(error)")
        }
    }

    /// What `trust show` says.
    var lines: [String] {
        var lines: [String] = []
        if let fault {
            lines += Columns.wrap("\(fault); verify takes no such kit", head: "timestamps  ")
        } else if authorities?.isEmpty == true {
            lines.append("timestamps  by nobody: the kit names no authority")
        } else {
            lines.append("timestamps, each by an authority that one of these vouches for")
            for authority in authorities ?? [] {
                lines += Columns.wrap(Self.words(authority), head: "  ")
            }
        }
        if !kit.calendars.isEmpty {
            lines.append("calendars, which decide nothing")
            for calendar in kit.calendars {
                lines += Columns.wrap(calendar.string, head: "  ")
            }
        }
        return lines
    }

    /// What a person relies on, in words.
    var reliance: [String] {
        var words: [String] = []
        if let authorities, !authorities.isEmpty {
            let who = authorities.count == 1 ? "the authority" : "one of the authorities"
            words.append(
                "To date an entry too early by a timestamp, the ledger and \(who) above would have "
                    + "to lie together.")
        }
        words.append(
            "What a Bitcoin block dates is checked by block headers of your own (verify "
                + "--bitcoin-headers): whoever gave you those is believed.")
        if !kit.calendars.isEmpty {
            words.append("A calendar can only keep a proof back: nobody believes it.")
        }
        return Columns.wrap(words.joined(separator: " "), head: "")
    }

    /// What `trust fetch` says of the operator's choice, a line each.
    var choices: [String] {
        var lines: [String] = []
        if let roots = kit.timestampRoots {
            lines.append(
                "the operator chose timestamp authorities: tsa.pem, SHA-256 \(Hash.sha256(roots))")
            lines += fault.map { ["  which cannot be read: \($0)"] } ?? []
            lines += (authorities ?? []).map { "  " + Self.words($0) }
        }
        if !kit.calendars.isEmpty {
            let calendars = kit.calendars.map(\.string).joined(separator: ", ")
            lines.append("the operator chose calendars, which decide nothing: \(calendars)")
        }
        return lines
    }

    /// The same for programs.
    var members: [(Text, JSON?)] {
        let all = authorities?.map { authority in
            JSON.object([
                "name": .string(Text(authority.name)),
                "until": .integer(Int64(clamping: authority.until)),
            ])
        }
        return [
            (
                "timestampRoots",
                kit.timestampRoots.map { .string(Text("\(Hash.sha256($0))")) } ?? .null
            ),
            ("timestampAuthorities", all.map { .array($0) } ?? .null),
            ("calendars", .array(kit.calendars.map { .string($0) })),
        ]
    }

    private static func words(_ authority: KitEvidence.Authority) -> String {
        "\(authority.name), whose certificate ends at \(Instant(authority.until))"
    }
}
