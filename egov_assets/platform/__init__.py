"""The ground that every chapter stands on: lake, publishing, assets, settings files, folders, code lists."""
