//! Values by links.

use std::collections::HashMap;

use crate::proto::LinkId;

/// Values by links, which are found by the channel and the handle of each.
#[derive(Debug)]
pub(super) struct LinkMap<T> {
    /// By channels and handles, which are low numbers.
    places: Vec<Vec<Option<(LinkId, T)>>>,
    /// Values of links that have ended, and whose handles other links use now.
    former: HashMap<LinkId, T>,
}

impl<T> LinkMap<T> {
    pub(super) fn new() -> Self {
        Self { places: Vec::new(), former: HashMap::new() }
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
            self.former.extend(place.replace((id, value)));
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
        match self.places.get(channel)?.get(handle)? {
            Some((of, value)) if *of == id => Some(value),
            _ => self.former.get(&id),
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, id: LinkId) -> Option<&mut T> {
        let (channel, handle) = id.place();
        match self.places.get_mut(channel)?.get_mut(handle)? {
            Some((of, value)) if *of == id => Some(value),
            _ => self.former.get_mut(&id),
        }
    }

    pub(super) fn remove(&mut self, id: LinkId) -> Option<T> {
        match self.place(id) {
            Some(place) => place.take().map(|(_, value)| value),
            None => self.former.remove(&id),
        }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = LinkId> {
        let former = self.former.keys().copied();
        self.places.iter().flatten().flatten().map(|(id, _)| *id).chain(former)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        let former = self.former.values();
        self.places.iter().flatten().flatten().map(|(_, value)| value).chain(former)
    }
}
