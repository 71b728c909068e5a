import Encoding
import Files

/// Signs what is dropped into a folder, into a spool, each file once (spool.md §5).
///
/// Whoever drives it calls ``step(at:)`` again and again: it takes the notices that came, looks at
/// all from time to time, and signs what is complete. So nothing here waits, and there is no clock.
package struct HotFolder {
    package typealias Instant = ContinuousClock.Instant

    /// Bytes of a file at the most: an hour of reading, and no medium of a camera has more.
    package static let byteLimit: UInt64 = 512 << 30

    /// How often all is looked at although the system tells what happens: a share of another
    /// machine tells nothing.
    private static let lookInterval: Duration = .seconds(60)

    /// A look may take one part in so many of the time.
    private static let lookShare = 10

    let top: Folder
    let spool: Spool
    let signer: Signer
    let template: WatchTemplate
    let takesCopies: Bool
    let onEvent: @Sendable (HotFolderEvent) -> Void

    /// Asks how well this machine's clock is kept.
    let clock: @Sendable () -> PoPClock

    /// What computes perceptual hashes; nil where none are wanted.
    let decoder: PictureDecoder?

    private let settle: Duration
    private var notices: any NoticeSource

    var waiting: WaitingWorks
    var signed: SignedWorks

    /// What was not signed, why, and how it looked then.
    private var skipped: [Text: (reason: SkipReason, status: FileStatus?)] = [:]

    private var nextLook: Instant?
    private var isTold = false
    private var toldForgetful = false
    private var toldOverfull = false

    /// Holds the watch of this spool for one process at a time.
    private let lock: FileLock

    /// Opens the hot folder at `path`.
    ///
    /// - Parameters:
    ///   - spool: opened for writing.
    ///   - signer: signs with the spool's key.
    ///   - settle: for how long a file must not change before it is signed.
    ///   - limit: files that may wait at once.
    ///   - decoder: computes the perceptual hashes of pictures; nil where none are wanted.
    ///   - clock: asks how well this machine's clock is kept.
    package init(
        _ path: String, into spool: Spool, _ signer: Signer, _ template: WatchTemplate,
        settle: Duration, notices: any NoticeSource, limit: Int = WaitingWorks.limit,
        decoder: PictureDecoder? = .ours,
        clock: @escaping @Sendable () -> PoPClock = { .state() },
        onEvent: @escaping @Sendable (HotFolderEvent) -> Void
    ) throws(HotFolderError) {
        (top, takesCopies) = try Self.opened(path, apartFrom: spool.path)
        lock = try Self.lock(of: spool)
        self.spool = spool
        self.signer = signer
        self.template = template
        self.settle = settle
        self.notices = notices
        self.decoder = decoder
        self.clock = clock
        self.onEvent = onEvent
        waiting = WaitingWorks(settle: settle, limit: limit)
        signed = try SignedWorks(of: spool)
        try signed.readRecords(of: spool)
    }

    /// Opens the folder, which must neither hold the spool nor lie in it.
    private static func opened(
        _ path: String, apartFrom spool: String
    ) throws(HotFolderError) -> (Folder, takesCopies: Bool) {
        let (folder, inner, outer): (Folder, String, String)
        do throws(FileError) {
            folder = try Folder(path)
            (inner, outer) = (try NamedPath.resolved(spool), try NamedPath.resolved(path))
        } catch {
            throw .folder(error)
        }
        guard !lies(inner, in: outer), !lies(outer, in: inner) else {
            throw .overlaps(path, spool: spool)
        }
        return (folder, NamedPath.mayWrite(path))
    }

    private static func lies(_ inner: String, in outer: String) -> Bool {
        let end = outer.utf8.last == UInt8(ascii: "/") ? "" : "/"
        return inner.utf8.elementsEqual(outer.utf8)
            || inner.utf8.starts(with: (outer + end).utf8)
    }

    private static func lock(of spool: Spool) throws(HotFolderError) -> FileLock {
        let folder: Folder
        do throws(SpoolError) {
            folder = try spool.folder(.watch)
        } catch {
            throw .spool(error)
        }
        do throws(FileError) {
            return try FileLock("lock", in: folder, .none)
        } catch {
            throw error.reason == .inUse ? .inUse(spool.path) : .memory(error)
        }
    }

    // MARK: - Being driven

    /// Whether nothing waits but what could not be read.
    package var isIdle: Bool { nextLook != nil && !waiting.hasFresh && !waiting.isOverfull }

    /// Does all that is to be done now; returns after the current file where the task is cancelled.
    package mutating func step(at now: Instant) throws(HotFolderError) {
        // Asked each time: of a folder that somebody has open the system does not tell the end.
        try requireInPlace()
        try takeNotices(at: now)
        if nextLook.map({ $0 <= now }) ?? true { try lookAtAll(at: now) }
        for path in waiting.due(at: now) {
            guard !Task.isCancelled else { return }
            try look(at: path, now)
        }
        if waiting.isOverfull, waiting.count == 0 { nextLook = now }
        if let error = signed.writeError, !toldForgetful {
            toldForgetful = true
            onEvent(.forgetful(error))
        }
    }

    private mutating func takeNotices(at now: Instant) throws(HotFolderError) {
        let news: [WorkNotice]
        do throws(FileError) {
            news = try notices.read()
        } catch {
            throw .folder(error)
        }
        for notice in news {
            switch notice {
            case .created(let path): note(path, isOpen: nil, at: now)
            case .written(let path):
                // Not looked at for each write: whoever writes will close it.
                if isMeant(path) { waiting.note(path, isOpen: true, at: now) }
            case .completed(let path): note(path, isOpen: false, at: now)
            case .removed(let path):
                waiting.remove(path)
                skipped[path] = nil
            case .lookAgain(let lost):
                if lost { waiting.forgetWriters() }
                nextLook = min(nextLook ?? now, now)
            }
        }
    }

    private mutating func note(_ path: Text, isOpen: Bool?, at now: Instant) {
        guard isMeant(path) else { return }
        // One that cannot be asked about is looked at when it is due.
        waiting.note(path, try? top.status(of: path.string), isOpen: isOpen, at: now)
    }

    private func isMeant(_ path: Text) -> Bool {
        path.string.utf8.split(separator: UInt8(ascii: "/")).allSatisfy { part in
            !PassedName.contains(String(decoding: part, as: UTF8.self))
        }
    }

    // MARK: - Looking

    private mutating func lookAtAll(at now: Instant) throws(HotFolderError) {
        let isFirst = nextLook == nil
        let begun = ContinuousClock.now
        waiting.beginScan()
        var allTold = true
        let found: FolderLook
        do throws(FileError) {
            found = try FolderLook(at: top) { folder, path in
                if !notices.watch(folder, at: path) { allTold = false }
            }
        } catch {
            throw .folder(error)
        }
        isTold = allTold
        if isFirst {
            onEvent(
                .begun(
                    HotFolderStart(
                        workCount: found.works.count, isTold: isTold, takesCopies: takesCopies)))
        }
        take(found, at: now)
        let interval = isTold ? Self.lookInterval : settle
        nextLook = now + max(interval, (ContinuousClock.now - begun) * Self.lookShare)
    }

    /// Takes what a look has found, and forgets what is not there any more.
    private mutating func take(_ found: FolderLook, at now: Instant) {
        let before = skipped
        skipped = [:]
        for (path, reason) in found.passed {
            skipped[path] = before[path]
            skip(path, reason, nil)
        }
        waiting.forgetWriters(except: Set(found.works.map(\.path)))
        for (path, status) in found.works {
            if let known = before[path], let old = known.status, old.isUnchanged(status) {
                skipped[path] = known
            } else if !waiting.contains(path) {
                waiting.note(path, status, at: now)
            }
        }
        guard waiting.isOverfull, !toldOverfull else { return }
        toldOverfull = true
        onEvent(.overfull(limit: waiting.limit))
    }

    /// Refuses to go on where another folder has the path now: what is dropped there would never be
    /// seen.
    private func requireInPlace() throws(HotFolderError) {
        do throws(FileError) {
            guard try NamedPath.status(top.path)?.identity == top.status.identity else {
                throw FileError(top.path, .changed)
            }
        } catch {
            throw error.reason == .changed ? .replaced(top.path) : .folder(error)
        }
    }

    private mutating func look(at path: Text, _ now: Instant) throws(HotFolderError) {
        do throws(FileError) {
            guard let status = try top.status(of: path.string) else {
                waiting.remove(path)
                return
            }
            guard waiting.look(path, status, at: now) == .complete else { return }
        } catch {
            waiting.failed(path, at: now)
            skip(path, .unreadable(error), nil)
            return
        }
        try sign(path, at: now)
    }

    /// Tells why a file is not signed, where that was not told of it before.
    mutating func skip(_ path: Text, _ reason: SkipReason, _ status: FileStatus?) {
        let isNews = skipped[path]?.reason != reason
        keep(path, reason, status)
        if isNews { onEvent(.skipped(path: top.path(of: path.string), reason)) }
    }

    /// Passes a file over as long as it looks like this.
    mutating func keep(_ path: Text, _ reason: SkipReason, _ status: FileStatus?) {
        skipped[path] = (reason, status)
    }
}
