import Capture
import Encoding
import Manifests
import Provenance
import Studio

/// Says what was taken from the file of a work, or why nothing was.
struct CaptureWords {
    private let capture: CaptureFinding
    private let place: PlaceFinding?
    private let look: PictureLook?
    private let credentials: CredentialFinding?

    /// Takes what a draft says of a work.
    init(_ draft: ProvenanceDraft, of work: Artifact) throws(SignerError) {
        capture = try draft.capture(of: work)
        place = draft.place(of: work)
        look = draft.look(of: work)
        credentials = draft.credentials(of: work)
    }

    /// The members of the JSON object about a record.
    var members: [(Text, JSON?)] {
        let time = capture.time.map { at, clock -> JSON in
            ["at": .string(at), "clock": .string(clock)]
        }
        return [
            ("capturedAt", time), ("capture", .string(Text(timeWords))),
            ("place", placeWords.map { .string(Text($0)) }),
            ("perceptualHash", look?.perceptualHash.json),
            ("contentCredentials", credentialWords.map { .string(Text($0)) }),
        ]
    }

    /// The lines that people read.
    var lines: [String] {
        let carried = unreadCredentials == nil ? credentialWords : nil
        return [timeWords] + [placeWords, look?.words, carried].compactMap(\.self)
    }

    /// Why the Content Credentials of the file are not named, for a warning; nil where nothing is
    /// wrong.
    var unreadCredentials: String? {
        guard case .damaged = credentials else { return nil }
        return credentialWords
    }

    /// The time, where it is later than the signature over it.
    func future(signedAt: UInt64) -> Text? {
        guard let at = capture.time?.at, let time = Timestamp(at),
            time > Timestamp(seconds: Int64(clamping: signedAt))
        else { return nil }
        return at
    }

    private var timeWords: String {
        guard let (at, clock) = capture.time else { return "no time of capture: \(reason)" }
        return "captured \(at), clock \(clock)\(source.map { " (\($0))" } ?? "")"
    }

    private var source: String? {
        switch capture {
        case .picture(let time):
            switch time.source {
            case .exif: "EXIF"
            case .exifInNamedZone: "EXIF, in the zone of --exif-zone"
            case .satellite: "GPS time of EXIF"
            }
        case .modified: "time of the file"
        default: nil
        }
    }

    private var reason: String {
        switch capture {
        case .notThere(.notAPicture): "not a JPEG, TIFF, DNG, HEIC, PNG or WebP"
        case .notThere(.noEXIF): "the file has no EXIF"
        case .notThere(.notInEXIF): "its EXIF says none"
        case .notThere(.noZone): "its EXIF time has no zone; --exif-zone +02:00 names it"
        case .notThere(.damaged(let fault)): "the file \(fault)"
        case .written: "it is that of --predicate"
        default: "none was asked for"
        }
    }

    private var placeWords: String? {
        switch place {
        case .picture(let extent):
            "place EPSG:\(extent.epsg), \(extent.sampleMetres) m a pixel (GeoTIFF)"
        case .damaged(let fault): "no place: the GeoTIFF \(fault)"
        case .written, nil: nil
        }
    }

    private var credentialWords: String? {
        switch credentials {
        case .carried(let credentials):
            "carries Content Credentials, \(credentials.manifestURN); their truth is not checked"
        case .damaged(let fault):
            "is signed without naming Content Credentials: the file \(fault)"
        case .written, nil: nil
        }
    }
}
