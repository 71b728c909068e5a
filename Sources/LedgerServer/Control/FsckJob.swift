import Ledger
import LedgerCheck
import LedgerControl

extension ControlJob {
    /// `POST /fsck?signatures=BOOL&skip-manifests=BOOL`: checks the whole store as of now, on one
    /// thread, because others are served meanwhile.
    package static let fsck = ControlJob("fsck", parameters: ["signatures", "skip-manifests"]) {
        ledger, arguments, progress in
        var options = CheckOptions()
        options.signatures = try arguments.flag("signatures")
        options.manifests = try !arguments.flag("skip-manifests")
        options.workers = 1
        return try ledger.check(options, progress: progress).json
    }
}
