//! Values by links.

use crate::proto::LinkId;

/// Values by links, which are found by the channel and the handle of each.
#[derive(Debug)]
pub(super) struct LinkMap<T> {
    /// By channels and handles, which are low numbers.
    places: Vec<Vec<Option<(LinkId, T)>>>,
}

impl<T> LinkMap<T> {
    pub(super) const fn new() -> Self {
        Self { places: Vec::new() }
    }

    pub(super) fn insert(&mut self, id: LinkId, value: T) {
        let (channel, handle) = id.place();
        if self.places.len() <= channel {
            self.places.resize_with(channel + 1, Vec::new);
        }
        let Some(handles) = self.places.get_mut(channel) else { return };
        if handles.len() <= handle {
            handles.resize_with(handle + 1, || None);
        }
        if let Some(place) = handles.get_mut(handle) {
            *place = Some((id, value));
        }
    }

    fn place(&mut self, id: LinkId) -> Option<&mut Option<(LinkId, T)>> {
        let (channel, handle) = id.place();
        let place = self.places.get_mut(channel)?.get_mut(handle)?;
        // Another link may have had the place.
        place.as_ref().is_some_and(|(of, _)| *of == id).then_some(place)
    }

    #[inline]
    pub(super) fn get(&self, id: LinkId) -> Option<&T> {
        let (channel, handle) = id.place();
        let (of, value) = self.places.get(channel)?.get(handle)?.as_ref()?;
        (*of == id).then_some(value)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, id: LinkId) -> Option<&mut T> {
        let (channel, handle) = id.place();
        let (of, value) = self.places.get_mut(channel)?.get_mut(handle)?.as_mut()?;
        (*of == id).then_some(value)
    }

    pub(super) fn remove(&mut self, id: LinkId) -> Option<T> {
        self.place(id)?.take().map(|(_, value)| value)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = LinkId> {
        self.places.iter().flatten().flatten().map(|(id, _)| *id)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten().flatten().map(|(_, value)| value)
    }
}
