/// The ways to a file, folder or local socket that do not go through `Files`.
///
/// Foundation follows links, waits for pipes, reads without a limit and leaves modes to the umask;
/// so do the C library's own calls where nobody thinks of it.
enum FileOpening {
    /// Foundation's and NIO's types.
    ///
    /// The word boundary of a regex is Unicode's, for which a dot
    /// between letters is none.
    private static var type: Regex<Substring> {
        #/
            \b (?: FileManager | FileHandle | FileWrapper | InputStream | OutputStream | NSData
                | NonBlockingFileIO | NIOFileHandle | NIOFileSystem | FileDescriptor )
            /#
    }

    /// Foundation's initializers.
    private static var initializer: Regex<Substring> {
        #/
            \b contentsOf (?: File | URL | : \s* (?: URL | url ) )
            | \b URL \s* \( \s* file | \b fileURLWithPath
            /#
    }

    /// Calls of the C library with a path or a name.
    private static var call: Regex<Substring> {
        #/
            (?: ^ | [^.\w] | Glibc\. | Foundation\. )
            (?: f?open | openat2? | freopen | creat | opendir | l?stat | fstatat | access
                | faccessat | realpath | mkdir | mkdirat | mkfifo | mknod | link | linkat
                | symlink | symlinkat | readlink | rename | renameat | unlink | unlinkat | rmdir
                | chmod | fchmodat | l?chown | fchownat | truncate | mkstemp | mkdtemp | utimes
                | utimensat | remove | nftw | glob | shm_open )
            \s* \( \s* (?: " | \w*[pP]ath | \w*[nN]ame | \w*[fF]older | AT_FDCWD )
            /#
    }

    /// Sockets that have a name among the files.
    private static var socket: Regex<Substring> {
        #/
            \b (?: unixDomainSocket | AF_UNIX | sockaddr_un )
            /#
    }

    static func findings(in file: SourceFile, _ table: ArchitectureTable) -> [Finding] {
        guard file.isProduct, file.target != "Files",
            table.fileOpeners.isDisjoint(with: [file.target, file.path])
        else { return [] }
        return [type, initializer, call, socket].flatMap {
            StyleCheck.matches(of: $0, in: file.parts.code, of: file)
        }
    }
}
