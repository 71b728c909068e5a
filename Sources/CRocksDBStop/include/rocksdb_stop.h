#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Has a backup that another thread is taking end soon (`BackupEngine::StopBackup` of RocksDB's
/// `utilities/backup_engine.h`): RocksDB's C interface has no such call.
///
/// `engine` is a `rocksdb_backup_engine_t *` of that interface. No backup can be taken with it
/// afterwards.
void colophon_rocksdb_stop_backup(void *engine);

#ifdef __cplusplus
}
#endif
