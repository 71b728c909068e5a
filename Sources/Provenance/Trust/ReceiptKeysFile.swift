import Checkpoints
import Encoding
import Merkle

/// The file `receipt-keys.cbor`: `{origin: [+ COSE_Key with kid and alg]}` (trust-kit.md §2).
struct ReceiptKeysFile {
    private let keys: [(origin: Text, keys: [COSEKey])]

    init(_ bytes: [UInt8]) throws(TrustKitError) {
        let map: CBORMap
        do throws(CBORError) {
            map = try CBOR.decode(bytes).mapValue ?? CBORMap([])
        } catch {
            throw TrustKitError(.receiptKeys, "must be deterministic CBOR: \(error)")
        }
        var keys: [(origin: Text, keys: [COSEKey])] = []
        for (label, value) in map.entries {
            guard case .text(let origin) = label, let items = value.arrayValue, !items.isEmpty
            else {
                throw TrustKitError(.receiptKeys, "must be a map from origin to COSE_KeySet")
            }
            var set: [COSEKey] = []
            for item in items {
                guard let member = item.mapValue else {
                    throw TrustKitError(.receiptKeys, "\(origin): each key must be a map")
                }
                do {
                    set.append(try COSEKey(keySetMember: member))
                } catch {
                    throw TrustKitError(.receiptKeys, "\(origin): \(error)")
                }
            }
            keys.append((origin, set))
        }
        self.keys = keys
    }

    /// For the kit's own origin the file must hold exactly the folded keys.
    func checkOwn(_ registry: Registry) throws(TrustKitError) {
        let own = keys.first { $0.origin == registry.origin.text }?.keys ?? []
        guard Set(own) == Set(registry.receiptKeys.terms.map(\.key)), own.count == Set(own).count
        else {
            throw TrustKitError(
                .receiptKeys,
                "must hold exactly the receipt keys of \(registry.origin.text)'s registry")
        }
    }

    func verificationKeys() throws(TrustKitError) -> [Text: [Hash: VerificationKey]] {
        var prepared: [Text: [Hash: VerificationKey]] = [:]
        for (origin, keys) in keys {
            for key in keys {
                do {
                    prepared[origin, default: [:]][key.keyID] = try key.verificationKey()
                } catch {
                    throw TrustKitError(.receiptKeys, "\(origin): \(error)")
                }
            }
        }
        return prepared
    }
}
