"""The faces of the queue: windows, managers, kiosks, screens, the phone, machines."""
