import Capture
import Encoding
import Manifests
import Merkle
import Studio

extension FuzzTarget {
    /// Whatever a picture says of time and place can be signed, and no fault is more than a line.
    static func picture(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let picture = Picture(bytes)
        let work = Artifact(
            name: "photo.jpg", digest: .sha256([1]), mediaType: "image/jpeg", picture: picture)
        var isRead = false
        for zone in [nil, ZoneOffset("-12:00".utf8)] {
            switch Result(catching: { () throws(NoTime) in try picture.time(zone: zone) }) {
            case .success(let time):
                try hold(Timestamp(Text(time.at)) != nil, "a time of capture is one of RFC 3339")
                isRead = true
            case .failure(.damaged(let fault)): try isPlain("\(fault)", "a fault")
            case .failure: break
            }
            try canBeSigned(work, zone)
        }
        if case .failure(.damaged(let fault)) = picture.extent {
            try isPlain("\(fault)", "a fault")
        }
        if case .success = picture.extent { isRead = true }
        return isRead
    }

    /// The store that a file carries lies inside of it, and can be signed; no fault is more than a
    /// line.
    static func credentials(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let store: CredentialStore
        do throws(NoCredentials) {
            store = try CredentialStore(bytes)
        } catch {
            if case .damaged(let fault) = error { try isPlain("\(fault)", "a fault") }
            return false
        }
        let isInside = store.pieces.allSatisfy { $0.upperBound <= UInt64(bytes.count) }
        try hold(isInside, "a manifest store lies inside of its file")
        let carried = ProvenanceFacts.ContentCredentials(
            manifestStoreSHA256: .sha256(bytes), manifestURN: Text(store.manifestURN))
        try canBeSigned(
            Artifact(
                name: "photo.jpg", digest: .sha256([1]), mediaType: "image/jpeg",
                credentials: .success(carried)), nil)
        return true
    }

    private static func canBeSigned(
        _ work: Artifact, _ zone: ZoneOffset?
    ) throws(BrokenProperty) {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "Estuary")
        draft.capturedAt = CaptureTime(.picture(zone: zone))
        let manifest = try? draft.manifest(
            of: work, issuer: "https://pops.example/berlin", nonce: Array(repeating: 0, count: 16))
        try hold(manifest != nil, "what a picture says is refused in no manifest")
    }
}
