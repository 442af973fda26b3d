//! Deletes the data of one cluster, for good, because its owner asked for it.

use super::{DataFolder, failure};
use model::{ClusterId, Error};
use std::io::ErrorKind;

/// Deletes what a Milvus Lite kept for the cluster; that there is nothing is fine. The engine must
/// have ended, and the cluster must be gone from the database.
///
/// # Errors
/// The file system refuses; a part of the data may be gone then.
pub fn cluster(folder: &DataFolder, cluster: ClusterId) -> Result<(), Error> {
    let data = folder.clusters().join(cluster.to_string());
    let note = folder.clusters().join(format!("{cluster}.pid"));
    for (path, outcome) in
        [(&data, std::fs::remove_dir_all(&data)), (&note, std::fs::remove_file(&note))]
    {
        match outcome {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(failure::file("delete", path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn one_clusters_data_goes_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&root.path().join("data")).unwrap();
        let [gone, kept] = [1, 2].map(|number| ClusterId::from_number(number).unwrap());
        for id in [gone, kept] {
            let data = folder.clusters().join(id.to_string());
            fs::create_dir_all(data.join("inner")).unwrap();
            fs::write(data.join("inner/file"), "x").unwrap();
            fs::write(folder.clusters().join(format!("{id}.pid")), "1").unwrap();
        }
        cluster(&folder, gone).unwrap();
        cluster(&folder, gone).unwrap();
        assert!(!folder.clusters().join(gone.to_string()).exists());
        assert!(!folder.clusters().join(format!("{gone}.pid")).exists());
        assert!(folder.clusters().join(kept.to_string()).join("inner/file").exists());
        assert!(folder.clusters().join(format!("{kept}.pid")).exists());
    }
}
