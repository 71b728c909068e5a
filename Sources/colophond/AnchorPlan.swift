import Anchoring
import Encoding
import Files
import HTTPCalls
import Ledger
import LedgerServer
import Settings
import Timestamping

/// What the settings say of those who date heads: the authorities, whom their tokens must be from,
/// the calendars, and how often each is asked.
struct AnchorPlan {
    let options: AnchorOptions

    /// The certificates of all authorities' CAs; nil where there are none.
    private let roots: TimestampAuthorities?

    /// The time between two heads that one source dates.
    ///
    /// A second is what a test waits for; an entry that nobody dates for a day gains nothing from a
    /// longer one.
    private static let intervals: ClosedRange<Duration> = .seconds(1) ... .seconds(24 * 3600)

    /// Bytes of a CA file: more than ``TimestampAuthorities`` takes, which says so.
    private static let fileBytes = 1 << 20

    /// Bytes of a URL: a trust kit has no longer ones (trust-kit.md §1).
    private static let urlBytes = 255

    /// Reads what the settings say; the error names the flag and the rule.
    init(_ settings: Settings) throws(Failure) {
        do throws(SettingsError) {
            var options = AnchorOptions()
            options.authorities = try Self.authorities(settings)
            options.calendars = try Self.calendars(settings)
            options.timestampInterval =
                try settings.duration("timestamp-interval", in: Self.intervals)
                ?? options.timestampInterval
            options.calendarInterval =
                try settings.duration("calendar-interval", in: Self.intervals)
                ?? options.calendarInterval
            options.proxies = WitnessPlan.proxies
            try Self.checkIntervals(options, settings)
            roots = try Self.roots(options, settings)
            self.options = options
        } catch {
            throw Failure(error)
        }
    }

    /// Whether anyone dates heads.
    var isNeeded: Bool { !options.authorities.isEmpty || !options.calendars.isEmpty }

    /// Has a ledger's trust kits say whose evidence is believed.
    func apply(to options: inout LedgerOptions) {
        options.timestampRoots = roots?.pem
        options.calendars = self.options.calendars
    }

    /// Returns the certificates of CA files as the one file of a kit; nil where none is named.
    static func roots(
        ofFiles paths: [String], _ settings: Settings
    ) throws(Failure) -> [UInt8]? {
        guard !paths.isEmpty else { return nil }
        do throws(SettingsError) {
            let all = try paths.map { path throws(SettingsError) in
                try certificates(in: path, settings)
            }
            return try merged(all, settings).pem
        } catch {
            throw Failure(error)
        }
    }

    /// Reads one more URL of a list that has the `known` ones.
    private static func address(
        _ text: String, of key: String, _ settings: Settings, _ known: [String]
    ) throws(SettingsError) -> ServiceURL {
        let url: ServiceURL
        do throws(ServiceURLError) {
            url = try ServiceURL(text)
        } catch {
            throw settings.complaint(
                key, "\"\(AddressText.shown(text))\" \(error)", hint: "give an http(s) URL")
        }
        guard url.description.utf8.count <= urlBytes else {
            throw settings.complaint(key, "a URL has at most \(urlBytes) bytes")
        }
        guard !known.contains("\(url)") else {
            throw settings.complaint(key, "\(url) is named twice")
        }
        guard known.count < AnchorLimit.sources else {
            throw settings.complaint(
                key,
                "names more than \(AnchorLimit.sources), and a record carries evidence of no more")
        }
        return url
    }

    /// How often others are asked, for those who wait for their evidence.
    func intervals(with witnesses: WitnessPlan?) -> EvidenceIntervals {
        var intervals = EvidenceIntervals()
        if let witnesses, witnesses.asksWitnesses {
            intervals.witnesses = witnesses.options.interval
        }
        if !options.authorities.isEmpty { intervals.timestamps = options.timestampInterval }
        if !options.calendars.isEmpty { intervals.calendars = options.calendarInterval }
        return intervals
    }

    // MARK: - Authorities

    private static func authorities(
        _ settings: Settings
    ) throws(SettingsError) -> [AnchorOptions.Authority] {
        let (urls, files) = (settings.list("timestamp-authorities"), settings.list("timestamp-cas"))
        guard urls.count == files.count else {
            throw settings.complaint(
                urls.count > files.count ? "timestamp-authorities" : "timestamp-cas",
                "authorities: \(urls.count), CA files: \(files.count); each needs its own",
                hint: "in the same order: --timestamp-authority URL --timestamp-ca FILE")
        }
        guard urls.isEmpty || Libcrypto.isSound else {
            throw settings.complaint(
                "timestamp-authorities",
                "needs libcrypto 3.0.19 or newer, and this is \(Libcrypto.version)",
                hint: "older ones can be led astray by a hostile token (CVE-2025-69420)")
        }
        var authorities: [AnchorOptions.Authority] = []
        for (url, file) in zip(urls, files) {
            // Tokens are signed: whoever changes what a plain connection carries changes nothing.
            let known = authorities.map(\.url)
            let url = try address(url, of: "timestamp-authorities", settings, known)
            authorities.append(.init(url: "\(url)", trust: try certificates(in: file, settings)))
        }
        return authorities
    }

    private static func certificates(
        in path: String, _ settings: Settings
    ) throws(SettingsError) -> TimestampAuthorities {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: fileBytes)
        } catch {
            throw settings.complaint("timestamp-cas", "\(error)")
        }
        do throws(AuthoritiesError) {
            return try TimestampAuthorities(pem: bytes)
        } catch {
            throw settings.complaint(
                "timestamp-cas", "\(path): \(error)",
                hint: "give the certificate of the authority's CA in PEM, which its site has")
        }
    }

    /// The CAs of all authorities as the one file of a kit.
    private static func roots(
        _ options: AnchorOptions, _ settings: Settings
    ) throws(SettingsError) -> TimestampAuthorities? {
        guard !options.authorities.isEmpty else { return nil }
        return try merged(options.authorities.map(\.trust), settings)
    }

    private static func merged(
        _ authorities: [TimestampAuthorities], _ settings: Settings
    ) throws(SettingsError) -> TimestampAuthorities {
        do throws(AuthoritiesError) {
            return try TimestampAuthorities(merging: authorities)
        } catch {
            throw settings.complaint("timestamp-cas", "all files together: \(error)")
        }
    }

    // MARK: - Calendars

    private static func calendars(_ settings: Settings) throws(SettingsError) -> [String] {
        var calendars: [String] = []
        for text in settings.list("calendars") {
            let url = try address(text, of: "calendars", settings, calendars)
            // A proof is not signed, and the ledger has no block to hold it against: whoever stands
            // on a plain wire could have it believe that a head is dated.
            guard url.isSecure || url.isLoopback else {
                throw settings.complaint(
                    "calendars", "\(url) is not https, and a proof is not signed",
                    hint: "http is taken of a calendar on this machine alone")
            }
            calendars.append("\(url)")
        }
        return calendars
    }

    private static func checkIntervals(
        _ options: AnchorOptions, _ settings: Settings
    ) throws(SettingsError) {
        guard !options.authorities.isEmpty, !options.calendars.isEmpty,
            options.calendarInterval < options.timestampInterval
        else { return }
        throw settings.complaint(
            "calendar-interval",
            "\(TimeSpan(options.calendarInterval)) is shorter than --timestamp-interval "
                + "\(TimeSpan(options.timestampInterval)): a calendar gets heads that have tokens",
            hint: "make it at least as long")
    }
}
